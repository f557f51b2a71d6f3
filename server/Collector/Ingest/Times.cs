// SPDX-License-Identifier: MIT
// How the collector writes times: RFC 3339 in UTC, whole seconds.

using System.Globalization;

namespace Tallymark.Collector.Ingest;

static class Times
{
    public static string Second(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
