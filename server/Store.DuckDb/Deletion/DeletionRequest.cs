// SPDX-License-Identifier: MIT
// What somebody asked to have deleted, as one line of a file.

using System.Text;
using System.Text.Json;

namespace Tallymark.DuckDb.Deletion;

/// <summary>One request. Each is an object of its own: two with the same ids are two. Immutable.</summary>
sealed class DeletionRequest(IReadOnlyList<string> installations, IReadOnlyList<(string Table, string Column)> columns)
{
    /// <summary>The stored ids.</summary>
    public IReadOnlyList<string> Installations => installations;

    /// <summary>Where such ids stand: a column of an event's table, and of the one for the makers' own builds.</summary>
    public IReadOnlyList<(string Table, string Column)> Columns => columns;

    /// <summary>A request; several versions of a manifest name one column often.</summary>
    public static DeletionRequest Of(IReadOnlyList<Table> tables, IReadOnlyList<string> installations) => new(
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

    /// <summary>Reads a line.</summary>
    /// <exception cref="StoreException">It is not one.</exception>
    public static DeletionRequest Parse(string path, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return new(
                [.. json.RootElement.GetProperty("installations").EnumerateArray().Select(id => id.GetString()!)],
                [.. json.RootElement.GetProperty("columns").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!))]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new StoreException(
                $"{path}: a line is not a request to delete. Put a copy of the file back: without it rows that a user has deleted would show again.", e)
            {
                File = path,
            };
        }
    }
}
