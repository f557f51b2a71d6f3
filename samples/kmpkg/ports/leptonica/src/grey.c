/* SPDX-License-Identifier: MIT */
/* The brightness of a colour. */
#include "allheaders.h"

int lept_grey(int red, int green, int blue)
{
    return (red * 30 + green * 59 + blue * 11) / 100;
}
