// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// A parsed and checked <c>telemetry.yaml</c>, the single source of truth about what a tool may collect. It satisfies
/// every rule of <c>spec/manifest.md</c>, so its users validate nothing again. Immutable and thread-safe. Only
/// <see cref="ManifestReader"/> creates one.
/// </summary>
public sealed record ToolManifest
{
    /// <summary>
    /// The tool's short name: <c>[a-z][a-z0-9-]*</c>, at most 40 characters. Folder, file and table names use it.
    /// </summary>
    public required string Tool { get; init; }

    /// <summary>The display name. Default: <see cref="Tool"/>.</summary>
    public required string Title { get; init; }

    /// <summary>The words that users type before <c>telemetry</c>. Default: <see cref="Tool"/>.</summary>
    public required string Command { get; init; }

    /// <summary>The manifest's version, from 1 up; incremented with each change of what is collected.</summary>
    public required int Version { get; init; }

    /// <summary>The reason for measuring usage, one sentence. The notice shows it.</summary>
    public required string Purpose { get; init; }

    /// <summary>The name of the recipient of the data. A new recipient widens the scope.</summary>
    public required string Recipient { get; init; }

    /// <summary>
    /// The only URL that batches are sent to: <c>https:</c>, or <c>http:</c> to a loopback address.
    /// </summary>
    public required string Endpoint { get; init; }

    /// <summary>The URL of the tool's source repository.</summary>
    public required string Repository { get; init; }

    /// <summary>Where to report a suspected leak: a URL or <c>mailto:</c>.</summary>
    public required string Contact { get; init; }

    /// <summary>The precision of an event's recorded time.</summary>
    public required TimePrecision Time { get; init; }

    /// <summary>How long an installation keeps its id. Default: it keeps it.</summary>
    public IdentityRotation Rotation { get; init; }

    /// <summary>How long the collector keeps events, in days.</summary>
    public required int RetentionDays { get; init; }

    /// <summary>How many events of one kind one installation may add to the counts of a day.</summary>
    public int MaxPerDay { get; init; } = DefaultMaxPerDay;

    /// <summary>The default of <see cref="MaxPerDay"/>.</summary>
    public const int DefaultMaxPerDay = ScopeFormat.DefaultMaxPerDay;

    /// <summary>The review form's answers about storage; null: the manifest does not give them.</summary>
    public StorageDescription? Storage { get; init; }

    /// <summary>The licence of the published files, an SPDX id. Default <c>CC-BY-4.0</c>.</summary>
    public required string License { get; init; }

    /// <summary>The default and the tool's own opt-out switches.</summary>
    public required ConsentRules Consent { get; init; }

    /// <summary>Where the notice is shown and what it links to.</summary>
    public required NoticeRules Notice { get; init; }

    /// <summary>
    /// Named lists of values (a catalogue of packages, for example) that several fields may share, in the file's order.
    /// </summary>
    public required IReadOnlyList<ValueList> Lists { get; init; }

    /// <summary>The fields that every event carries, in the file's order.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>The groups of fields that events share, in the file's order.</summary>
    public IReadOnlyList<FieldGroup> Groups { get; init; } = [];

    /// <summary>The events, in the file's order, at least one.</summary>
    public required IReadOnlyList<Event> Events { get; init; }

    /// <summary>The published datasets, in the file's order; may be empty.</summary>
    public required IReadOnlyList<Dataset> Datasets { get; init; }

    /// <summary>
    /// All fields of one event: the common ones, then those of its groups, then its own. Cost: allocates a new list.
    /// </summary>
    public IReadOnlyList<Field> FieldsOf(Event e) => [.. Fields, .. e.Fields];

    /// <summary>The event of that name, or null.</summary>
    public Event? FindEvent(string name) =>
        Events.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.Ordinal));
}

/// <summary>The precision of a time; finer digits are truncated, never rounded up.</summary>
public enum TimePrecision
{
    /// <summary>The full resolution of the clock.</summary>
    Nanosecond,

    /// <summary>Whole seconds. The default.</summary>
    Second,

    /// <summary>Whole hours.</summary>
    Hour,

    /// <summary>Whole days, UTC.</summary>
    Day,
}
