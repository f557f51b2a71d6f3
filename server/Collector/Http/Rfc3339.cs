// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Http;

/// <summary>Writes times: RFC 3339, UTC, whole seconds.</summary>
static class Rfc3339
{
    public static string Second(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
