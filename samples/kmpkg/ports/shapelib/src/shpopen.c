/* SPDX-License-Identifier: MIT */
/* Bytes of a line with so many points. */
#include "shapefil.h"

int shp_record_size(int points)
{
    return 44 + 16 * points;
}
