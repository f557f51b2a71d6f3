/* SPDX-License-Identifier: MIT */
/* The neighbour that a byte is guessed from. */
#include "png.h"

int png_paeth(int left, int up, int corner)
{
    int p = left + up - corner;
    int a = p > left ? p - left : left - p;
    int b = p > up ? p - up : up - p;
    int c = p > corner ? p - corner : corner - p;
    return a <= b && a <= c ? left : b <= c ? up : corner;
}
