// SPDX-License-Identifier: MIT
namespace Mlnet.Data;

/// <summary>Turns rows into vectors of numbers, as the training rows were. Part of a model's file.</summary>
sealed record FeatureEncoder(IReadOnlyList<FeatureColumn> Columns)
{
    /// <summary>The length of a vector.</summary>
    public int Width => Columns.Sum(column => column.Width);

    /// <summary>An encoder for all columns of the table except these.</summary>
    public static FeatureEncoder Of(Table table, IReadOnlySet<string> without) => new(
    [
        .. Enumerable.Range(0, table.Columns.Count).Where(i => !without.Contains(table.Columns[i]))
            .Select(i => FeatureColumn.Of(table.Columns[i], table.Rows.Select(row => row[i])))
            .OfType<FeatureColumn>(),
    ]);

    /// <summary>The vectors of all rows, or the problem that the table lacks a column.</summary>
    public float[][]? Encode(Table table, out Problem? problem)
    {
        var places = new int[Columns.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = table.IndexOf(Columns[i].Name);
            if (places[i] >= 0) continue;
            problem = new(ExitCode.BadDataset, $"the dataset has no column '{Columns[i].Name}', which the model uses");
            return null;
        }

        problem = null;
        return [.. table.Rows.Select(row => Encode(row, places))];
    }

    float[] Encode(string[] row, int[] places)
    {
        var vector = new float[Width];
        var at = 0;
        for (var i = 0; i < places.Length; i++)
        {
            Columns[i].Write(row[places[i]], vector.AsSpan(at, Columns[i].Width));
            at += Columns[i].Width;
        }

        return vector;
    }
}
