/* SPDX-License-Identifier: MIT */
/* Blocks that a row of pixels is read in. */
#include "gdal.h"

int gdal_blocks(int pixels, int block)
{
    return block <= 0 ? 0 : (pixels + block - 1) / block;
}
