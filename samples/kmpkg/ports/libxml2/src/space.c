/* SPDX-License-Identifier: MIT */
/* White space as XML means it. */
#include "libxml/parser.h"

int xml_is_space(int c)
{
    return c == 0x20 || c == 0x09 || c == 0x0A || c == 0x0D;
}
