/* SPDX-License-Identifier: MIT */
/* The byte order that the file was written in. */
#include "tiff.h"

int tiff_is_little_endian(const unsigned char *head)
{
    return head[0] == 'I' && head[1] == 'I';
}
