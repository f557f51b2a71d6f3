/* SPDX-License-Identifier: MIT */
/* Milliseconds until the next attempt to connect. */
#include "grpc/grpc.h"

long grpc_backoff(int attempt)
{
    long pause = 1000;
    while (attempt-- > 0 && pause < 120000)
        pause = pause * 8 / 5;
    return pause > 120000 ? 120000 : pause;
}
