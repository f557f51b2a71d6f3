/* SPDX-License-Identifier: MIT */
/* Four letters as one number. */
#include "hb.h"

unsigned hb_tag(const char *four)
{
    return (unsigned)four[0] << 24 | (unsigned)four[1] << 16 | (unsigned)four[2] << 8 | (unsigned)four[3];
}
