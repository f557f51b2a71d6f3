// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>Indexes into <see cref="Table.EnvelopeColumns"/>.</summary>
public static class Envelope
{
    /// <summary>The event's time.</summary>
    public const int Time = 0;

    /// <summary>When the collector received the event, truncated like the event's time.</summary>
    public const int Received = 1;

    /// <summary>The version of the manifest.</summary>
    public const int Manifest = 2;

    /// <summary><c>success</c>, <c>failure</c> or <c>unknown</c>.</summary>
    public const int Status = 3;

    /// <summary>The names of the fields that the user withholds.</summary>
    public const int Withheld = 4;

    /// <summary>0 if no count may contain the event.</summary>
    public const int Counts = 5;

    /// <summary>The protocol of a foreign client; null: Tallymark's own.</summary>
    public const int Provenance = 6;

    /// <summary>The bucket of the network that the event came from (<see cref="Networks"/>).</summary>
    public const int Network = 7;
}
