// SPDX-License-Identifier: MIT
// Whether a test is one of those to run.
#include "gtest/gtest.h"

bool gtest_matches(const char *pattern, const char *name)
{
    if (*pattern == 0) return *name == 0;
    if (*pattern == '*') return gtest_matches(pattern + 1, name) || (*name != 0 && gtest_matches(pattern, name + 1));
    return *name != 0 && (*pattern == '?' || *pattern == *name) && gtest_matches(pattern + 1, name + 1);
}
