/* SPDX-License-Identifier: MIT */
/* Whether a text starts with the mark of UTF-16. */
#include "expat.h"

int expat_is_utf16(const unsigned char *head)
{
    return (head[0] == 0xFE && head[1] == 0xFF) || (head[0] == 0xFF && head[1] == 0xFE);
}
