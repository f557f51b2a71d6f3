// SPDX-License-Identifier: MIT
// Blanks before the first word.
#include "yaml-cpp/yaml.h"

int yaml_indent(const char *line)
{
    int blanks = 0;
    while (line[blanks] == ' ')
        blanks++;
    return blanks;
}
