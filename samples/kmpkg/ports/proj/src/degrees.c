/* SPDX-License-Identifier: MIT */
/* An angle in radians. */
#include "proj.h"

double proj_radians(double degrees)
{
    return degrees * 3.14159265358979323846 / 180.0;
}
