// SPDX-License-Identifier: MIT
// Whether a character means something else than itself.
#include "re2/re2.h"

bool re2_is_meta(char c)
{
    for (const char *m = ".^$*+?()[{|"; *m != 0; m++)
        if (*m == c)
            return true;
    return c == 92;
}
