// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary>
/// The JSON document beside a published file (<c>spec/published.md</c>, "Metadata"). Null members are not written.
/// </summary>
sealed record FileMetadata
{
    public required int Tallymark { get; init; }
    public required string Tool { get; init; }
    public required string Title { get; init; }
    public required string Dataset { get; init; }
    public required string DatasetTitle { get; init; }
    public required string Period { get; init; }
    public required bool Provisional { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public string? Through { get; init; }
    public required string Generated { get; init; }
    public required int Manifest { get; init; }
    public required IReadOnlyList<int> Manifests { get; init; }
    public required int Minimum { get; init; }
    public required string License { get; init; }
    public required IReadOnlyList<string> Attribution { get; init; }
    public required IReadOnlyList<ColumnEntry> Columns { get; init; }
    public required long Rows { get; init; }
    public required long Occurrences { get; init; }
    public int? DaysLeftOut { get; init; }
    public int? DaysWithoutEvents { get; init; }
    public required int DaysNotKept { get; init; }
    public required string Sha256 { get; init; }
}

/// <summary>
/// The members that are read of the document beside a released file. An earlier version may have written it: others can
/// be missing, and it never changes.
/// </summary>
sealed record ReleasedMetadata
{
    public required long Rows { get; init; }
    public required long Occurrences { get; init; }
    public required int DaysLeftOut { get; init; }
    public required string Sha256 { get; init; }

    /// <summary>0 before days were folded: events were published or the release failed.</summary>
    public int DaysNotKept { get; init; }
}

/// <summary>One column. Null members are not written.</summary>
/// <param name="Name">The heading.</param>
/// <param name="From">The source.</param>
/// <param name="Values">
/// How to read the values: <c>date</c>, <c>integer</c>, or <c>text</c>, also for numbers: a generalised one is a word,
/// and <c>1.10</c> is a version.
/// </param>
/// <param name="Form">How days are written, if it is not <c>yyyy-MM-dd</c>.</param>
/// <param name="Field">The field.</param>
/// <param name="Type">The field's type.</param>
/// <param name="Part">The field's part.</param>
/// <param name="Why">Why the field is collected.</param>
/// <param name="Manifests">The versions that have the column, if not all do.</param>
sealed record ColumnEntry(
    string Name, string From, string Values, string? Form = null, string? Field = null, string? Type = null,
    string? Part = null, string? Why = null, IReadOnlyList<int>? Manifests = null)
{
    /// <summary>The entry of a column; that of a field includes its type and why it is collected.</summary>
    public static ColumnEntry Of(DatasetColumn column, ToolManifest manifest)
    {
        var field = column.Field is { } name ? DatasetGroup.FieldOf(name, manifest) : null;
        return new ColumnEntry(
            column.Name,
            column.From switch
            {
                ColumnSource.Day => "day",
                ColumnSource.Occurrences => "occurrences",
                ColumnSource.Event => "event",
                ColumnSource.Status => "status",
                ColumnSource.Field => "field",
                _ => throw new ArgumentOutOfRangeException(nameof(column), column.From, message: null),
            },
            column.From switch
            {
                ColumnSource.Day => "date",
                ColumnSource.Occurrences => "integer",
                _ => "text",
            },
            column.Form == DayForm.YearMonthDay ? null : DayForms.NameOf(column.Form),
            field?.Name, field is null ? null : FieldTypes.NameOf(field.Type), field?.Part, field?.Why);
    }
}
