// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mlnet.Data;
using Mlnet.Models;
using Mlnet.Training;

namespace Mlnet.Commands;

/// <summary>Trains a model for <c>classification</c> or <c>regression</c>.</summary>
static class LinearTraining
{
    public static (SavedModel Model, Figures Figures)? Run(
        ParseResult parsed, LearningTask task, Labelled training, Labelled validation, out Problem? problem)
    {
        if (Without(parsed, training, out problem) is not { } without) return null;
        var encoder = FeatureEncoder.Of(training.Table, without);
        var labels = training.Labels.Distinct(StringComparer.Ordinal).Count();
        if (task == LearningTask.Classification && labels < 2)
            problem = new(ExitCode.BadDataset, $"{training.Dataset}: all rows to learn from have the same label");
        else if (encoder.Width == 0)
            problem = new(ExitCode.BadDataset, $"{training.Dataset}: nothing can be learned from its other columns");
        if (problem is not null) return null;

        var rows = encoder.Encode(training.Table, out problem)!;
        if (encoder.Encode(validation.Table, out problem) is not { } others) return null;
        var found = LinearSearch.Run(
            task, new(training.Dataset, rows, training.Labels), new(validation.Dataset, others, validation.Labels),
            TimeSpan.FromSeconds(parsed.GetValue(CommandLine.TrainTime)), text =>
            {
                if (parsed.Prints("diag")) Console.WriteLine(text);
            },
            out problem);
        if (found is not var (model, figures)) return null;
        var label = parsed.GetValue(CommandLine.LabelColumn)!;
        return (new SavedModel(task, label) { Encoder = encoder, Linear = model }, figures);
    }

    /// <summary>The label and the columns to ignore.</summary>
    static HashSet<string>? Without(ParseResult parsed, Labelled training, out Problem? problem)
    {
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var without = new HashSet<string>(StringComparer.Ordinal) { parsed.GetValue(CommandLine.LabelColumn)! };
        problem = null;
        foreach (var column in parsed.GetValue(CommandLine.IgnoreColumns)?.Split(',', Tidy) ?? [])
        {
            training.Table.Find(column, "--ignore-cols", out problem);
            if (problem is not null) return null;
            without.Add(column);
        }

        return without;
    }
}
