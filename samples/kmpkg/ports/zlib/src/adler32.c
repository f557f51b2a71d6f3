/* SPDX-License-Identifier: MIT */
/* The checksum behind a compressed block. */
#include "zlib.h"

unsigned long zlib_adler32(const unsigned char *data, unsigned long size)
{
    unsigned long a = 1, b = 0;
    for (unsigned long i = 0; i < size; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}
