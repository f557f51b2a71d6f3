// SPDX-License-Identifier: MIT
// One declared value of an event, and the closed set of types that it can have.

namespace Tallymark.Manifests;

/// <summary>One declared value. What it can carry follows from <see cref="Type"/> alone.</summary>
public sealed record Field
{
    /// <summary>The field's name: <c>[a-z][a-z0-9_]*</c>, at most 40 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The closed type.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Why it is collected, one sentence.</summary>
    public required string Why { get; init; }

    /// <summary>An example of a value, as text.</summary>
    public required string Example { get; init; }

    /// <summary>True if a dataset may have it as a column.</summary>
    public required bool Published { get; init; }

    /// <summary>
    /// The last day (UTC) on which it is collected, <c>yyyy-MM-dd</c>; null: as long as the manifest says so.
    /// </summary>
    public string? Until { get; init; }

    /// <summary>
    /// The values of an <c>enum</c>, <c>enum-set</c> or <c>uri-scheme</c>, sorted by UTF-8 bytes, without <c>other</c>;
    /// else empty.
    /// </summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>
    /// The name of the shared list that <see cref="Values"/> came from; null if they stand in the field itself.
    /// </summary>
    public string? List { get; init; }

    /// <summary>The ascending lower bounds of a <c>count</c>'s buckets; empty: the integer as it is.</summary>
    public IReadOnlyList<long> Buckets { get; init; } = [];

    /// <summary>The pre-release labels that a <c>version</c> may carry, sorted; empty: none.</summary>
    public IReadOnlyList<string> Prerelease { get; init; } = [];

    /// <summary>Who fills it in: the program through the generated API, the SDK by itself, or the collector.</summary>
    public required FieldSource Source { get; init; }

    /// <summary>
    /// Which part of the platform an <c>os</c> or <c>runtime</c> field carries: <c>family</c>/<c>version</c>,
    /// <c>name</c>/<c>version</c>/<c>id</c>; else null.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>Under what a <c>digest</c> or <c>machine</c> is salted.</summary>
    public DigestSalt Salt { get; init; }

    /// <summary>The answers of a review, derived from the type and at most raised by the manifest.</summary>
    public required Sensitivity Sensitivity { get; init; }
}

/// <summary>The closed set of types. There is no free text.</summary>
public enum FieldType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>One value of a list; any other becomes <c>other</c>.</summary>
    Enum,

    /// <summary>A set of such values, sorted, without repeats.</summary>
    EnumSet,

    /// <summary>An integer from 0 up, as is or as the lower bound of its bucket.</summary>
    Count,

    /// <summary>The power of two at or above a size in bytes.</summary>
    Bytes,

    /// <summary>Whole milliseconds from a monotonic clock.</summary>
    Duration,

    /// <summary>An integer from 0 to 255.</summary>
    ExitCode,

    /// <summary>Numbers, dots and a pre-release label from a list.</summary>
    Version,

    /// <summary>The operating system's family or version.</summary>
    Os,

    /// <summary>The processor architecture of the process.</summary>
    Arch,

    /// <summary>The runtime's name, version or platform id.</summary>
    Runtime,

    /// <summary>A scheme of a list, <c>custom_scheme</c>, or none.</summary>
    UriScheme,

    /// <summary>A salted SHA-256 over a value that never leaves.</summary>
    Digest,

    /// <summary>A <see cref="Digest"/> of the hardware address, salted with the tool's name.</summary>
    Machine,

    /// <summary>A random UUID of the process.</summary>
    Session,

    /// <summary>A SHA-256 made from a random secret of the installation.</summary>
    Installation,

    /// <summary>A UUID or an integer of at most 19 digits that the program made; never published.</summary>
    RandomId,

    /// <summary>Country or continent, made by the collector from a shortened address.</summary>
    Country,

    /// <summary>Where the tool runs: interactive, ci, container, agent, dev.</summary>
    Environment,

    /// <summary>Frames of the tool's own methods, without message or path.</summary>
    Stack,
}

/// <summary>Who fills a field in.</summary>
public enum FieldSource
{
    /// <summary>The program, through a member of the generated API.</summary>
    Program,

    /// <summary>The SDK: platform, ids, the event's own duration, the tool's own version.</summary>
    Sdk,

    /// <summary>The collector: the country.</summary>
    Collector,
}

/// <summary>Under what a digest is salted.</summary>
public enum DigestSalt
{
    /// <summary>A secret of the installation: equal values of two installations differ.</summary>
    Installation,

    /// <summary>The tool's name: joins across installations are possible, and so is guessing.</summary>
    Tool,
}

/// <summary>A review's three questions about a field.</summary>
/// <param name="Personal">Could it be personal?</param>
/// <param name="Identifier">Could it be a tracking or unique identifier?</param>
/// <param name="Sensitive">Could it be end-user, sensitive or business data?</param>
public sealed record Sensitivity(bool Personal, bool Identifier, bool Sensitive);

/// <summary>The names that types have in a manifest.</summary>
public static class FieldTypes
{
    /// <summary>Each type with its name in the file, in the order of the documentation.</summary>
    public static IReadOnlyList<(string Name, FieldType Type)> All { get; } =
    [
        ("boolean", FieldType.Boolean), ("enum", FieldType.Enum), ("enum-set", FieldType.EnumSet),
        ("count", FieldType.Count), ("bytes", FieldType.Bytes), ("duration", FieldType.Duration),
        ("exit-code", FieldType.ExitCode), ("version", FieldType.Version), ("os", FieldType.Os),
        ("arch", FieldType.Arch), ("runtime", FieldType.Runtime), ("uri-scheme", FieldType.UriScheme),
        ("digest", FieldType.Digest), ("machine", FieldType.Machine), ("session", FieldType.Session),
        ("installation", FieldType.Installation), ("random-id", FieldType.RandomId), ("country", FieldType.Country),
        ("environment", FieldType.Environment), ("stack", FieldType.Stack),
    ];

    /// <summary>The type's name in a manifest.</summary>
    public static string NameOf(FieldType type)
    {
        foreach (var (name, t) in All)
        {
            if (t == type)
                return name;
        }

        throw new ArgumentOutOfRangeException(nameof(type), type, null);
    }
}
