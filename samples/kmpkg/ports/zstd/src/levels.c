/* SPDX-License-Identifier: MIT */
/* The nearest level that there is. */
#include "zstd.h"

int zstd_clamp_level(int level)
{
    return level < -7 ? -7 : level > 22 ? 22 : level;
}
