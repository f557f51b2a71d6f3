// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>One declared value of an event. <see cref="Type"/> alone determines what it can carry.</summary>
public sealed record Field
{
    /// <summary>The field's name: <c>[a-z][a-z0-9_]*</c>, at most 40 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The type.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Why it is collected, one sentence.</summary>
    public required string Why { get; init; }

    /// <summary>An example of a value, as text.</summary>
    public required string Example { get; init; }

    /// <summary>True if a dataset may have it as a column.</summary>
    public required bool Published { get; init; }

    /// <summary>
    /// The last day (UTC) on which it is collected, <c>yyyy-MM-dd</c>; null: it is collected as long as a manifest
    /// declares it.
    /// </summary>
    public string? Until { get; init; }

    /// <summary>
    /// The values of an <c>enum</c>, <c>enum-set</c> or <c>uri-scheme</c>, sorted by UTF-8 bytes, without <c>other</c>;
    /// else empty.
    /// </summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>
    /// The name of the shared list that <see cref="Values"/> came from; null if the field itself lists its values.
    /// </summary>
    public string? List { get; init; }

    /// <summary>The ascending lower bounds of a <c>count</c>'s buckets; empty: the exact integer is recorded.</summary>
    public IReadOnlyList<long> Buckets { get; init; } = [];

    /// <summary>The pre-release labels that a <c>version</c> may carry, sorted; empty: none.</summary>
    public IReadOnlyList<string> Prerelease { get; init; } = [];

    /// <summary>The component that sets the value.</summary>
    public required FieldSource Source { get; init; }

    /// <summary>
    /// The part of the platform that an <c>os</c> or <c>runtime</c> field carries: <c>family</c>/<c>version</c>,
    /// <c>name</c>/<c>version</c>/<c>id</c>; else null.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>The salt of a <c>digest</c> or <c>machine</c>.</summary>
    public DigestSalt Salt { get; init; }

    /// <summary>The review's answers, derived from the type; the manifest can raise them, never lower them.</summary>
    public required Sensitivity Sensitivity { get; init; }
}

/// <summary>The component that sets a field's value.</summary>
public enum FieldSource
{
    /// <summary>The program, through a member of the generated API.</summary>
    Program,

    /// <summary>The SDK: platform, ids, the event's duration, the tool's version.</summary>
    Sdk,

    /// <summary>The collector: the country.</summary>
    Collector,
}

/// <summary>The salt of a digest.</summary>
public enum DigestSalt
{
    /// <summary>A secret of the installation: equal values of two installations have different digests.</summary>
    Installation,

    /// <summary>The tool's name: digests can be joined across installations, and values can be guessed.</summary>
    Tool,
}

/// <summary>The answers to a review's three questions about a field.</summary>
/// <param name="Personal">Could it be personal?</param>
/// <param name="Identifier">Could it be a tracking or unique identifier?</param>
/// <param name="Sensitive">Could it be end-user, sensitive or business data?</param>
public sealed record Sensitivity(bool Personal, bool Identifier, bool Sensitive);
