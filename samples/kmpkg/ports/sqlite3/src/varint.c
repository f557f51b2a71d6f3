/* SPDX-License-Identifier: MIT */
/* Bytes that a number takes in a record. */
#include "sqlite3.h"

int sqlite3_varint_size(unsigned long long value)
{
    int bytes = 1;
    while (value > 127 && bytes < 9) {
        value >>= 7;
        bytes++;
    }
    return bytes;
}
