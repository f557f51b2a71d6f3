// SPDX-License-Identifier: MIT
// Characters that a number takes.
#include "fmt/core.h"

int fmt_count_digits(unsigned long long value)
{
    int digits = 1;
    while (value >= 10) {
        value /= 10;
        digits++;
    }
    return digits;
}
