// SPDX-License-Identifier: MIT
// Mixes a number into a hash.
#include "absl/base/config.h"

unsigned long long absl_mix(unsigned long long a, unsigned long long b)
{
    a ^= b + 0x9E3779B97F4A7C15ull + (a << 6) + (a >> 2);
    return a;
}
