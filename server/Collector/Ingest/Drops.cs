// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>How many events were dropped for which reason. Not thread-safe.</summary>
sealed class Drops
{
    readonly long[] _counts = new long[(int)EventOutcome.Deleted + 1];

    /// <summary>Each reason with its name on the wire, in the order of the specification.</summary>
    public static IReadOnlyList<KeyValuePair<EventOutcome, string>> Reasons { get; } =
    [
        new(EventOutcome.Duplicate, "duplicate"),
        new(EventOutcome.UnknownEvent, "unknown-event"),
        new(EventOutcome.UnknownField, "unknown-field"),
        new(EventOutcome.BadValue, "bad-value"),
        new(EventOutcome.BadTime, "bad-time"),
        new(EventOutcome.TooOld, "too-old"),
        new(EventOutcome.Malformed, "malformed"),
        new(EventOutcome.Deleted, "deleted"),
    ];

    public long Total { get; private set; }

    /// <summary>The name of a reason on the wire.</summary>
    public static string NameOf(EventOutcome reason) => Reasons.First(one => one.Key == reason).Value;

    public long this[EventOutcome reason] => _counts[(int)reason];

    public void Add(EventOutcome reason, long count = 1)
    {
        if (reason < EventOutcome.Duplicate)
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a drop reason.");
        _counts[(int)reason] += count;
        Total += count;
    }

    public void Add(Drops others)
    {
        foreach (var (reason, _) in Reasons)
            Add(reason, others[reason]);
    }
}
