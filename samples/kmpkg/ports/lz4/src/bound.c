/* SPDX-License-Identifier: MIT */
/* The most that compressing so many bytes can give. */
#include "lz4.h"

int lz4_bound(int size)
{
    return size < 0 ? 0 : size + size / 255 + 16;
}
