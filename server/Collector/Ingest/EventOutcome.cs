// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>
/// The outcome of one event. <see cref="Kept"/> and <see cref="UnknownManifest"/> aside, the members are the closed set
/// of drop reasons (spec/wire.md).
/// </summary>
enum EventOutcome
{
    /// <summary>The event is in the rows.</summary>
    Kept,

    /// <summary>
    /// The collector does not have its manifest version yet. The whole batch is refused until it does.
    /// </summary>
    UnknownManifest,

    /// <summary>Its batch is already on disk. Found by the journal, never by a decoder.</summary>
    Duplicate,

    /// <summary>The manifest has no such event.</summary>
    UnknownEvent,

    /// <summary>The event has no such field.</summary>
    UnknownField,

    /// <summary>The field's type does not allow the value.</summary>
    BadValue,

    /// <summary>No time, a time finer than the manifest allows, or one too far in the future.</summary>
    BadTime,

    /// <summary>Older than <see cref="Limits.MaxAge"/>.</summary>
    TooOld,

    /// <summary>Not an event of the protocol's format, or an event of another tool.</summary>
    Malformed,

    /// <summary>Its installation was deleted. Found by the journal, never by a decoder.</summary>
    Deleted,
}
