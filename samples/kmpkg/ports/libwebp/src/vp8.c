/* SPDX-License-Identifier: MIT */
/* Whether a frame stands for itself. */
#include "webp/decode.h"

int webp_is_key_frame(unsigned bits)
{
    return (bits & 1) == 0;
}
