// SPDX-License-Identifier: MIT
namespace Mlnet.Data;

/// <summary>A dataset in memory: rows of as many cells as there are columns.</summary>
sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>The index of a column; -1 if there is none of that name.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column) return i;
        }

        return -1;
    }

    /// <summary>The index of a column that a parameter names, or the problem that it does not exist.</summary>
    public int Find(string column, string parameter, out Problem? problem)
    {
        var index = IndexOf(column);
        problem = index >= 0 ? null
            : new(ExitCode.BadDataset,
                $"{parameter}: the dataset has no column '{column}'. Its columns are {string.Join(", ", Columns)}.");
        return index;
    }
}
