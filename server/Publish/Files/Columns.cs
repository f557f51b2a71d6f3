// SPDX-License-Identifier: MIT
// What the metadata says of a column.

namespace Tallymark.Publish.Files;

static class Columns
{
    /// <summary>The column's entry; a field's with its type and why it is collected.</summary>
    public static ColumnEntry Describe(DatasetColumn column, ToolManifest manifest)
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
            field?.Name, field is null ? null : FieldTypes.NameOf(field.Type), field?.Part, field?.Why);
    }
}
