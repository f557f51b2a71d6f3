/* SPDX-License-Identifier: MIT */
/* Milliseconds to wait for an answer. */
#include "ares.h"

int ares_timeout(int first, int attempt)
{
    return first << (attempt > 5 ? 5 : attempt);
}
