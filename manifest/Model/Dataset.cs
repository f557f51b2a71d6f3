// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// A published table: one row for each day and combination of values, with its count. A row below
/// <see cref="Minimum"/> is never published.
/// </summary>
public sealed record Dataset
{
    /// <summary>
    /// The shortest retention of a manifest with datasets, in days: an event may arrive 60 days after its day has ended
    /// (<c>spec/wire.md</c>, <c>too-old</c>), and then the collector has a day to fold it (<c>spec/published.md</c>).
    /// </summary>
    public const int MinRetentionDays = 62;

    /// <summary>The label of all values that were generalised or withheld, or are not in a list.</summary>
    public const string Other = "other";

    /// <summary>The label of an event without a value.</summary>
    public const string None = "none";

    /// <summary>The label of an event whose version of the manifest does not have the column.</summary>
    public const string NotCollected = "not-collected";

    /// <summary>Whether published files use a word themselves, so that no value and no event can have it.</summary>
    public static bool IsPublishedWord(string text) => text is Other or None or NotCollected;

    /// <summary>The dataset's name: <c>[a-z][a-z0-9-]*</c>. Part of its file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The display name.</summary>
    public required string Title { get; init; }

    /// <summary>The names of the events that it counts, in the file's order.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>
    /// The columns in the order of the published file: the day first, exactly one count, and at least one value.
    /// </summary>
    public required IReadOnlyList<DatasetColumn> Columns { get; init; }

    /// <summary>The minimum number of distinct installations behind a published row; 20 or more.</summary>
    public required int Minimum { get; init; }
}

/// <summary>One column of a dataset.</summary>
/// <param name="Name">The heading in the published file.</param>
/// <param name="From">The source of its values.</param>
/// <param name="Field">The field's name where <paramref name="From"/> is <see cref="ColumnSource.Field"/>, else
/// null.</param>
/// <param name="Form">How the day is written where <paramref name="From"/> is <see cref="ColumnSource.Day"/>.</param>
public sealed record DatasetColumn(
    string Name, ColumnSource From, string? Field, DayForm Form = DayForm.YearMonthDay);

/// <summary>How a published file writes the days of its first column.</summary>
public enum DayForm
{
    /// <summary><c>2017-04-16</c>, the default. In the manifest: <c>form: yyyy-MM-dd</c>.</summary>
    YearMonthDay,

    /// <summary>
    /// <c>4/16/2017 0:00</c>, the midnight that the day begins with, as spreadsheets write it. In the manifest:
    /// <c>form: M/d/yyyy H:mm</c>.
    /// </summary>
    MonthDayYear,
}

/// <summary>The names of <see cref="DayForm"/> in manifests and metadata.</summary>
public static class DayForms
{
    /// <summary>The names, in the order of the enum. Each is the .NET format string that writes the form.</summary>
    public static IReadOnlyList<string> Names { get; } = ["yyyy-MM-dd", "M/d/yyyy H:mm"];

    /// <summary>The name of a form.</summary>
    public static string NameOf(DayForm form) => Names[(int)form];
}

/// <summary>The source of a column's values.</summary>
public enum ColumnSource
{
    /// <summary>The day (UTC) of the event. In the manifest: <c>from: day</c>.</summary>
    Day,

    /// <summary>The number of events. In the manifest: <c>from: occurrences</c>.</summary>
    Occurrences,

    /// <summary>The event's name. In the manifest: <c>from: event</c>.</summary>
    Event,

    /// <summary>success, failure or unknown. In the manifest: <c>from: status</c>.</summary>
    Status,

    /// <summary>A published field. In the manifest: <c>from: NAME</c>.</summary>
    Field,
}
