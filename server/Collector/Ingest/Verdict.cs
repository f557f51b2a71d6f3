// SPDX-License-Identifier: MIT
// What becomes of an event: kept, or dropped for one of a closed set of reasons (spec/wire.md).

namespace Tallymark.Collector.Ingest;

/// <summary>What becomes of a line. All but the first two are reasons for a drop; the decoder finds all but the first and the last of these.</summary>
enum Verdict
{
    /// <summary>The event is in the rows.</summary>
    Keep,

    /// <summary>Its manifest version is not here yet: the whole batch is refused until it is.</summary>
    UnknownManifest,

    /// <summary>Its batch is already stored.</summary>
    Duplicate,

    /// <summary>The manifest has no such event.</summary>
    UnknownEvent,

    /// <summary>The event has no such field.</summary>
    UnknownField,

    /// <summary>The field's type does not allow the value.</summary>
    BadValue,

    /// <summary>No time, too fine a time, or one too far in the future.</summary>
    BadTime,

    /// <summary>Older than the longest spool age.</summary>
    TooOld,

    /// <summary>Not an event of this format, or of another tool.</summary>
    Malformed,

    /// <summary>Its installation was deleted.</summary>
    Deleted,
}

/// <summary>How many events were dropped for which reason. Not thread safe.</summary>
sealed class Drops
{
    readonly long[] _counts = new long[(int)Verdict.Deleted + 1];

    /// <summary>Each reason with its name on the wire.</summary>
    public static IReadOnlyList<KeyValuePair<Verdict, string>> Reasons { get; } =
    [
        new(Verdict.Duplicate, "duplicate"),
        new(Verdict.UnknownEvent, "unknown-event"),
        new(Verdict.UnknownField, "unknown-field"),
        new(Verdict.BadValue, "bad-value"),
        new(Verdict.BadTime, "bad-time"),
        new(Verdict.TooOld, "too-old"),
        new(Verdict.Malformed, "malformed"),
        new(Verdict.Deleted, "deleted"),
    ];

    public long Total { get; private set; }

    public long this[Verdict reason] => _counts[(int)reason];

    public void Add(Verdict reason, long count = 1)
    {
        if (reason < Verdict.Duplicate)
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason.");
        _counts[(int)reason] += count;
        Total += count;
    }

    public void Add(Drops others)
    {
        foreach (var (reason, _) in Reasons)
            Add(reason, others[reason]);
    }
}
