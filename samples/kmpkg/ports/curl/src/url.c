/* SPDX-License-Identifier: MIT */
/* Whether an address says how to get there. */
#include "curl/curl.h"

int curl_has_scheme(const char *url)
{
    for (int i = 0; url[i] != 0; i++)
        if (url[i] == ':')
            return i > 0 && url[i + 1] == '/' && url[i + 2] == '/';
    return 0;
}
