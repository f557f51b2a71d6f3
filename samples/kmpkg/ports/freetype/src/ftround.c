/* SPDX-License-Identifier: MIT */
/* The nearest whole pixel of a number in 26.6 format. */
#include "freetype/freetype.h"

long ft_round(long value)
{
    return (value + 32) & ~63L;
}
