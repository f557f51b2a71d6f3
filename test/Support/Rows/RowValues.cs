// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Support;

/// <summary>Makes rows from ordinary values.</summary>
static class RowValues
{
    /// <summary>
    /// Rows with these values, in the order of the columns: a text, long, bool, Guid, list of texts, or null for no
    /// value.
    /// </summary>
    public static EventRows Rows(Table table, params IEnumerable<IReadOnlyList<object?>> rows)
    {
        var made = new EventRows(table);
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Count; i++)
                Append(made[i], row[i]);
            made.Keep();
        }

        return made;
    }

    static void Append(ColumnBuffer column, object? value)
    {
        switch (value)
        {
            case null:
                column.AppendNull();
                break;
            case long number:
                column.Append(number);
                break;
            case bool truth:
                column.Append(truth ? 1L : 0L);
                break;
            case Guid id:
                column.Append(id);
                break;
            case string text:
                column.Append(Encoding.UTF8.GetBytes(text));
                break;
            case IReadOnlyList<string> set:
                foreach (var text in set)
                    column.AddText(Encoding.UTF8.GetBytes(text));
                column.EndSet();
                break;
            default:
                throw new ArgumentException($"No column holds a {value.GetType()}.", nameof(value));
        }
    }
}
