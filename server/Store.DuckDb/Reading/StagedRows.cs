// SPDX-License-Identifier: MIT
// Rows of many tables in one, before they are grouped.

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// A union of scans keeps memory for what each of them groups until all are done: 400 scans of a few rows each did not fit into 160 MiB (seen). One after the other they take
/// what their rows take, in a table of the connection, which DuckDB can put on the disk.
/// </summary>
static class StagedRows
{
    const int MostInUnion = 8; // a union is twice as quick where its scans are few

    /// <summary>What these give, gathered where they are many, in a transaction of the connection.</summary>
    /// <param name="connection">Of the caller alone.</param>
    /// <param name="selects">At least one; all with the same columns.</param>
    /// <returns>A SELECT of all of it, until the next call.</returns>
    public static string Of(Connection connection, IReadOnlyList<string> selects)
    {
        if (selects.Count <= MostInUnion)
            return string.Join("\n    UNION ALL\n    ", selects);
        connection.Execute($"CREATE OR REPLACE TEMP TABLE gathered AS {selects[0]}");
        foreach (var select in selects.Skip(1))
            connection.Execute($"INSERT INTO temp.gathered {select}");
        return "SELECT * FROM temp.gathered";
    }
}
