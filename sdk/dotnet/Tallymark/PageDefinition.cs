// SPDX-License-Identifier: MIT
using System.ComponentModel;

namespace Tallymark;

/// <summary>
/// The manifest's answers about the events of a tool's web pages (<c>source: page</c>). Generated code makes one.
/// Immutable, thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PageDefinition
{
    /// <summary>The shape of the event. Its own fields have the names that <c>spec/page.md</c> gives.</summary>
    public required EventDefinition Event { get; init; }

    /// <summary>The component ids: LF, then each with its LF, sorted by bytes.</summary>
    public required byte[] ComponentIds { get; init; }

    /// <summary>The interactions, in the same form.</summary>
    public required byte[] EventTypes { get; init; }

    /// <summary>The component types, in the same form.</summary>
    public required byte[] ComponentTypes { get; init; }

    /// <summary>The text of the notice for pages, one line a paragraph, in LF.</summary>
    public required string Notice { get; init; }

    /// <summary>The URL to read more; null: the manifest names a path in the repository.</summary>
    public string? More { get; init; }

    /// <summary>The URL to report a suspected leak.</summary>
    public required string Contact { get; init; }

    /// <summary>A type of the assembly that holds the manifest.</summary>
    public required Type Recorder { get; init; }

    /// <summary>
    /// Makes an event of that shape with the common fields that the program sets; null: the manifest has none. The
    /// relay copies its values and never ends it.
    /// </summary>
    public Func<TelemetryEvent>? Common { get; init; }
}
