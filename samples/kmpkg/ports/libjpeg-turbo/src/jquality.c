/* SPDX-License-Identifier: MIT */
/* Percent by which the tables of a quality differ from the standard ones. */
#include "jpeglib.h"

int jpeg_quality_scale(int quality)
{
    if (quality < 1) quality = 1;
    if (quality > 100) quality = 100;
    return quality < 50 ? 5000 / quality : 200 - quality * 2;
}
