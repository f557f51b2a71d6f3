/* SPDX-License-Identifier: MIT */
/* Whether the answer is elsewhere. */
#include "curl/curl.h"

int curl_is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}
