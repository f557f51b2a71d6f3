// SPDX-License-Identifier: MIT

namespace Tallymark.Bench;

/// <summary>Requests of one kind. Thread-safe: each connection has a number.</summary>
abstract class Requests(int events)
{
    /// <summary>How many events each request has.</summary>
    public int Events => events;

    /// <summary>
    /// The next request of a connection, head and body. Valid until its next call. Empty: there are no more.
    /// </summary>
    public abstract ReadOnlySpan<byte> Next(int connection);
}
