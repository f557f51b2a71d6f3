/* SPDX-License-Identifier: MIT */
/* Bytes to add so that a packet fills its blocks. */
#include "libssh2.h"

unsigned ssh2_padding(unsigned size, unsigned block)
{
    unsigned rest = (size + 5) % block;
    unsigned pad = block - rest;
    return pad < 4 ? pad + block : pad;
}
