// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;

namespace Tallymark.DuckDb.Deletion;

/// <summary>
/// A recorded deletion whose rows may still be in the files; one line of <c>deleting.ndjson</c>. Compared by reference:
/// two deletions of the same ids differ. Immutable.
/// </summary>
sealed class PendingDeletion(IReadOnlyList<string> installations, IReadOnlyList<(string Table, string Column)> columns)
{
    /// <summary>The stored ids.</summary>
    public IReadOnlyList<string> Installations => installations;

    /// <summary>The columns with such ids: of an event's table and of its table for development builds.</summary>
    public IReadOnlyList<(string Table, string Column)> Columns => columns;

    /// <summary>Creates one. Several versions of a manifest usually have the same columns.</summary>
    public static PendingDeletion Of(IReadOnlyList<Table> tables, IReadOnlyList<string> installations) => new(
        [.. installations.Distinct(StringComparer.Ordinal)],
        [.. tables.Where(t => t.Installation >= 0).Select(t => (t.Name, t.Columns[t.Installation].Name)).Distinct()]);

    /// <summary><c>{"installations":["…"],"columns":[["install","installation"]]}</c> and a line feed.</summary>
    public string ToLine()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("installations");
            foreach (var id in installations)
                json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("columns");
            foreach (var (table, column) in columns)
            {
                json.WriteStartArray();
                json.WriteStringValue(table);
                json.WriteStringValue(column);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return $"{Encoding.UTF8.GetString(bytes.ToArray())}\n";
    }

    /// <summary>Parses a line.</summary>
    /// <exception cref="DamagedFileException">The line is malformed.</exception>
    public static PendingDeletion Parse(string path, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return new(
                [.. json.RootElement.GetProperty("installations").EnumerateArray().Select(id => id.GetString()!)],
                [.. json.RootElement.GetProperty("columns").EnumerateArray()
                    .Select(pair => (pair[0].GetString()!, pair[1].GetString()!))]);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new DamagedFileException(
                path,
                $"{path}: a line is not a deletion.",
                "Restore the file from a backup: without it, rows that a user deleted would reappear.",
                e);
        }
    }
}
