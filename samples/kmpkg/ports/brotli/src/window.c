/* SPDX-License-Identifier: MIT */
/* Bytes that a window of so many bits reaches back. */
#include "brotli/types.h"

unsigned long brotli_window(int bits)
{
    return bits < 10 ? 1008 : (1ul << (bits > 24 ? 24 : bits)) - 16;
}
