/* SPDX-License-Identifier: MIT */
/* Compares in a time that does not tell where the first difference is. */
#include "openssl/crypto.h"

int crypto_equal(const unsigned char *a, const unsigned char *b, unsigned long size)
{
    unsigned char different = 0;
    for (unsigned long i = 0; i < size; i++)
        different |= a[i] ^ b[i];
    return different == 0;
}
