// SPDX-License-Identifier: MIT
// The nearest value that a pixel can have.
#include "opencv2/core.hpp"

unsigned char cv_saturate(int value)
{
    return static_cast<unsigned char>(value < 0 ? 0 : value > 255 ? 255 : value);
}
