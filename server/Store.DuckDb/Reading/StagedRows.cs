// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Collects the rows of many scans in one table before they are grouped. A union of scans holds the memory that each of
/// them needs for grouping until all are complete: 400 scans of a few rows each did not fit into 160 MiB (observed).
/// One after the other they need the memory of their rows, in a table of the connection that DuckDB can move to disk.
/// </summary>
static class StagedRows
{
    const int MaxUnion = 8; // for few scans a union is twice as fast

    /// <summary>The rows of some scans, staged if there are many, in a transaction of the connection.</summary>
    /// <param name="connection">The caller's own.</param>
    /// <param name="selects">At least one; all with the same columns.</param>
    /// <returns>A SELECT of all rows, valid until the next call.</returns>
    public static string Of(Connection connection, IReadOnlyList<string> selects)
    {
        if (selects.Count <= MaxUnion)
            return string.Join("\n    UNION ALL\n    ", selects);
        connection.Execute($"CREATE OR REPLACE TEMP TABLE staged AS {selects[0]}");
        foreach (var select in selects.Skip(1))
            connection.Execute($"INSERT INTO temp.staged {select}");
        return "SELECT * FROM temp.staged";
    }
}
