/* SPDX-License-Identifier: MIT */
/* Whether the first eight bytes are those of a PNG image. */
#include "png.h"

int png_is_png(const unsigned char *head)
{
    static const unsigned char mark[8] = {0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A};
    for (int i = 0; i < 8; i++)
        if (head[i] != mark[i])
            return 0;
    return 1;
}
