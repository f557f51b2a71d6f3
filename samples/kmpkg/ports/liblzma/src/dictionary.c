/* SPDX-License-Identifier: MIT */
/* Size of the dictionary of a preset. */
#include "lzma.h"

unsigned lzma_dictionary(unsigned preset)
{
    return preset == 0 ? 1u << 18 : 1u << (preset < 7 ? 20 + preset / 2 : 20 + preset - 3);
}
