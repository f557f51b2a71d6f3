/* SPDX-License-Identifier: MIT */
/* Who opened a stream. */
#include "nghttp2/nghttp2.h"

int h2_is_client_stream(unsigned id)
{
    return id % 2 == 1;
}
