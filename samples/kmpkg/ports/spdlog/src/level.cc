// SPDX-License-Identifier: MIT
// Whether a message is worth its line.
#include "spdlog/spdlog.h"

int spdlog_should_log(int message_level, int logger_level)
{
    return message_level >= logger_level;
}
