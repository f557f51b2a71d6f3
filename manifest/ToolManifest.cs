// SPDX-License-Identifier: MIT
// A telemetry.yaml that was read and checked: the single source of what a tool may collect.

namespace Tallymark.Manifests;

/// <summary>
/// A checked manifest: every rule of <c>spec/manifest.md</c> holds for it, so code that has one checks nothing again.
/// Immutable and safe to share between threads. Made only by <see cref="ManifestReader"/>.
/// </summary>
public sealed record ToolManifest
{
    /// <summary>
    /// The tool's short name: <c>[a-z][a-z0-9-]*</c>, at most 40 characters. Folder, file and table names use it.
    /// </summary>
    public required string Tool { get; init; }

    /// <summary>The name that people read. Default: <see cref="Tool"/>.</summary>
    public required string Title { get; init; }

    /// <summary>The manifest's own version, from 1 up, raised by one with each change of what is collected.</summary>
    public required int Version { get; init; }

    /// <summary>One sentence: why usage is measured at all. Stands in the notice.</summary>
    public required string Purpose { get; init; }

    /// <summary>Who receives the data, by name. A new recipient is a wider scope.</summary>
    public required string Recipient { get; init; }

    /// <summary>
    /// The one address that batches are sent to: <c>https:</c>, or <c>http:</c> to a loopback address.
    /// </summary>
    public required string Endpoint { get; init; }

    /// <summary>The tool's source repository, an address.</summary>
    public required string Repository { get; init; }

    /// <summary>Where to report a suspected leak: an address or <c>mailto:</c>.</summary>
    public required string Contact { get; init; }

    /// <summary>How finely the time of an event is recorded.</summary>
    public required TimePrecision Time { get; init; }

    /// <summary>How long the collector keeps events, in days.</summary>
    public required int RetentionDays { get; init; }

    /// <summary>What the review's form says of where events are stored; null: the manifest does not say it.</summary>
    public StorageRules? Storage { get; init; }

    /// <summary>The licence of the published files, an SPDX id. Default <c>CC-BY-4.0</c>.</summary>
    public required string License { get; init; }

    /// <summary>How a user's agreement is found.</summary>
    public required ConsentRules Consent { get; init; }

    /// <summary>Where the notice is shown and what it points to.</summary>
    public required NoticeRules Notice { get; init; }

    /// <summary>
    /// Named lists of values (a catalogue of packages, say) that several fields may share, in the file's order.
    /// </summary>
    public required IReadOnlyList<ValueList> Lists { get; init; }

    /// <summary>The fields that every event carries, in the file's order.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>The events, in the file's order, at least one.</summary>
    public required IReadOnlyList<Event> Events { get; init; }

    /// <summary>What is published, in the file's order; may be empty.</summary>
    public required IReadOnlyList<Dataset> Datasets { get; init; }

    /// <summary>
    /// All fields of one event: the tool's common ones, then its groups', then its own. Cost: a new list each call.
    /// </summary>
    public IReadOnlyList<Field> FieldsOf(Event e) => [.. Fields, .. e.Fields];

    /// <summary>The event of that name, or null.</summary>
    public Event? FindEvent(string name) =>
        Events.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.Ordinal));
}

/// <summary>Where events are stored, as the review asks it. No part of the scope: whoever is the recipient may move house.</summary>
public sealed record StorageRules
{
    /// <summary>Which servers, and in which place.</summary>
    public required string Where { get; init; }

    /// <summary>Who administers them, and so can read their files.</summary>
    public required string Administrators { get; init; }
}

/// <summary>How finely a time is kept; the rest is cut off, never rounded up.</summary>
public enum TimePrecision
{
    /// <summary>As fine as the clock gives it.</summary>
    Nanosecond,

    /// <summary>Whole seconds. The default.</summary>
    Second,

    /// <summary>Whole hours.</summary>
    Hour,

    /// <summary>Whole days, UTC.</summary>
    Day,
}

/// <summary>
/// The switches that a tool offers besides those that hold for every tool (policy, <c>DO_NOT_TRACK</c>, CI).
/// </summary>
public sealed record ConsentRules
{
    /// <summary>
    /// True: collected unless switched off (opt-out). False: only when switched on (opt-in). The author must write it.
    /// </summary>
    public required bool DefaultOn { get; init; }

    /// <summary>Environment variables of the tool that switch it off, in order.</summary>
    public required IReadOnlyList<SwitchVariable> Variables { get; init; }

    /// <summary>The command-line option that switches it off for one run, with its dashes; null: none.</summary>
    public string? Option { get; init; }

    /// <summary>The command-line option that shows the events of this run, with its dashes; null: none.</summary>
    public string? ShowOption { get; init; }

    /// <summary>The name of a file beside the executable that switches it off; null: none.</summary>
    public string? Marker { get; init; }

    /// <summary>
    /// How a user gets that marker file, as the end of a sentence ("re-running the bootstrap script with
    /// -disableMetrics").
    /// </summary>
    public string? MarkerHow { get; init; }
}

/// <summary>One environment variable that switches telemetry off.</summary>
/// <param name="Name">The variable's name, <c>[A-Z][A-Z0-9_]*</c>.</param>
/// <param name="OffWhen">Which values switch it off.</param>
public sealed record SwitchVariable(string Name, OffWhen OffWhen);

/// <summary>Which values of a variable mean off.</summary>
public enum OffWhen
{
    /// <summary>
    /// Anything but empty, <c>0</c>, <c>false</c>, <c>no</c>, <c>off</c> (blanks and capitals don't matter). The
    /// default.
    /// </summary>
    True,

    /// <summary>The variable is there, whatever its value, even empty.</summary>
    Present,
}

/// <summary>Where the notice counts as seen.</summary>
public enum NoticeChannel
{
    /// <summary>Standard error, where that is a terminal. The default.</summary>
    Terminal,

    /// <summary>A bootstrap script that prints the notice and writes the receipt for the same user.</summary>
    Setup,

    /// <summary>A banner on a server's web page.</summary>
    Page,

    /// <summary>The documentation alone, for a library with no face; only under an approved review.</summary>
    Documentation,
}

/// <summary>Where the notice is shown and what it points to.</summary>
public sealed record NoticeRules
{
    /// <summary>Where the notice counts as seen.</summary>
    public required NoticeChannel Channel { get; init; }

    /// <summary>Where to read more: an address or a path in the tool's repository.</summary>
    public required string More { get; init; }
}

/// <summary>A named list of values.</summary>
/// <param name="Name">The list's name, like a field's.</param>
/// <param name="Values">The values, sorted by their UTF-8 bytes, without repeats; <c>other</c> is not among them, it is
/// always allowed.</param>
public sealed record ValueList(string Name, IReadOnlyList<string> Values);

/// <summary>Something that happens in the tool and is worth one mark.</summary>
public sealed record Event
{
    /// <summary>The event's name: <c>[a-z][a-z0-9_]*</c>, at most 40 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Why it is collected, one sentence.</summary>
    public required string Why { get; init; }

    /// <summary>
    /// True: the SDK records it by itself, where events were dropped because too many or too old ones waited to be sent;
    /// its one own field, a <c>count</c>, says how many.
    /// </summary>
    public bool CountsDropped { get; init; }

    /// <summary>
    /// The event's fields without the tool's common ones: its groups' first, then its own, in the file's order.
    /// </summary>
    public required IReadOnlyList<Field> Fields { get; init; }
}
