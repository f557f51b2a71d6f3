// SPDX-License-Identifier: MIT
// Small numbers of either sign as small ones without.
#include "google/protobuf/message.h"

unsigned long long protobuf_zigzag(long long value)
{
    return value < 0 ? ~(static_cast<unsigned long long>(value) << 1) : static_cast<unsigned long long>(value) << 1;
}
