// SPDX-License-Identifier: MIT
using Mlnet.Training;

namespace Mlnet.Data;

/// <summary>Rows to learn from or to compare on: a table, and the place of the label in it.</summary>
sealed record Labelled(string Dataset, Table Table, int Label)
{
    // Fewer can't be divided into rows to learn from and rows to compare on.
    const int MinRows = 10;

    /// <summary>The labels of all rows.</summary>
    public string[] Labels => [.. Table.Rows.Select(row => row[Label])];

    /// <summary>
    /// Reads a dataset and leaves out the rows without a label. Null: the task can't be learned from it.
    /// </summary>
    public static Labelled? Read(string path, bool hasHeader, string label, LearningTask task, out Problem? problem)
    {
        var name = Path.GetFileName(path);
        if (DelimitedFile.Read(path, hasHeader, out problem) is not { } table) return null;
        var index = table.Find(label, "--label-col", out problem);
        if (problem is not null) return null;
        var rows = table.Rows.Where(row => row[index].Length > 0).ToList();
        if (task != LearningTask.Classification
            && rows.FirstOrDefault(row => FeatureColumn.Number(row[index]) is null) is { } text)
            problem = new(ExitCode.BadDataset, $"{name}: '{text[index]}' in the column '{label}' is not a number");
        else if (rows.Count == 0)
            problem = new(ExitCode.BadDataset, $"{name}: no row has a value in the column '{label}'");
        return problem is null ? new(name, table with { Rows = rows }, index) : null;
    }

    /// <summary>Every fifth row for comparing models, the others for training.</summary>
    public (Labelled Training, Labelled Validation)? Split(out Problem? problem)
    {
        problem = Table.Rows.Count >= MinRows ? null
            : new(
                ExitCode.BadDataset,
                $"{Dataset}: {Table.Rows.Count} rows with a label; at least {MinRows} are needed");
        return problem is null ? (Take(i => i % 5 != 4), Take(i => i % 5 == 4)) : null;
    }

    Labelled Take(Predicate<int> which) =>
        this with { Table = Table with { Rows = [.. Table.Rows.Where((_, i) => which(i))] } };
}
