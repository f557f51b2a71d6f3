// SPDX-License-Identifier: MIT
// What a manifest publishes: columns over events, never below a threshold.

namespace Tallymark.Manifests;

/// <summary>A published table: one row for each day and combination of values, with its count.</summary>
public sealed record Dataset
{
    /// <summary>The dataset's name: <c>[a-z][a-z0-9-]*</c>. Part of its file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read.</summary>
    public required string Title { get; init; }

    /// <summary>The names of the events that it counts, in the file's order.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>
    /// The columns in their order in the file: the day first, exactly one count, and at least one value.
    /// </summary>
    public required IReadOnlyList<DatasetColumn> Columns { get; init; }

    /// <summary>The fewest distinct installations behind a published row; 20 or more.</summary>
    public required int Minimum { get; init; }
}

/// <summary>One column of a dataset.</summary>
/// <param name="Name">The heading in the file.</param>
/// <param name="From">What it shows.</param>
/// <param name="Field">The field's name where <paramref name="From"/> is <see cref="ColumnSource.Field"/>, else
/// null.</param>
public sealed record DatasetColumn(string Name, ColumnSource From, string? Field);

/// <summary>What a column shows.</summary>
public enum ColumnSource
{
    /// <summary>The day (UTC) of the event. In the file: <c>from: day</c>.</summary>
    Day,

    /// <summary>How many events. In the file: <c>from: occurrences</c>.</summary>
    Occurrences,

    /// <summary>The event's name. In the file: <c>from: event</c>.</summary>
    Event,

    /// <summary>success, failure or unknown. In the file: <c>from: status</c>.</summary>
    Status,

    /// <summary>A published field. In the file: <c>from: NAME</c>.</summary>
    Field,
}
