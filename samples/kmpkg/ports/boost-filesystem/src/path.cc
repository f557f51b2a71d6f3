// SPDX-License-Identifier: MIT
// Whether a path starts at the root.
#include "boost/filesystem.hpp"

bool boost_filesystem_is_absolute(const char *path)
{
    return path[0] == '/';
}
