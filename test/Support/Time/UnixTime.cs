// SPDX-License-Identifier: MIT
namespace Tallymark.Support;

/// <summary>Times as the store has them.</summary>
static class UnixTime
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
