/* SPDX-License-Identifier: MIT */
/* Bytes of a block at a level from 1 to 9. */
#include "bzlib.h"

int bz_block_size(int level)
{
    return level < 1 ? 100000 : level > 9 ? 900000 : level * 100000;
}
