// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mlnet.Data;
using Mlnet.Models;
using Mlnet.Training;

namespace Mlnet.Commands;

/// <summary>
/// <c>mlnet classification</c>, <c>regression</c> and <c>recommendation</c>: learns from a dataset, writes the best
/// model that it finds, and prints how good it is.
/// </summary>
static class TrainCommand
{
    public static Command Create(LearningTask task)
    {
        var (telemetryName, description) = task switch
        {
            LearningTask.Classification => (MlnetTelemetry.InvocationCommand.Classification,
                "Train a model that predicts which of some values a column has"),
            LearningTask.Regression => (MlnetTelemetry.InvocationCommand.Regression,
                "Train a model that predicts a number"),
            _ => (MlnetTelemetry.InvocationCommand.Recommendation,
                "Train a model that predicts how users rate items"),
        };
        var command = new Command(task.ToString().ToLowerInvariant(), description)
        {
            CommandLine.Dataset, CommandLine.LabelColumn, CommandLine.TrainTime, CommandLine.ValidationDataset,
            CommandLine.TestDataset, CommandLine.HasHeader, CommandLine.OutputPath, CommandLine.Name,
            CommandLine.Verbosity,
        };
        if (task == LearningTask.Recommendation)
        {
            command.Add(CommandLine.UserColumn);
            command.Add(CommandLine.ItemColumn);
        }
        else
            command.Add(CommandLine.IgnoreColumns);
        command.SetAction(parsed => Invocation.Run(
            parsed, telemetryName, task, _ => Train(parsed, task, out var problem) ?? problem!.Report()));
        return command;
    }

    static ExitCode? Train(ParseResult parsed, LearningTask task, out Problem? problem)
    {
        if (ReadRows(parsed, task, out problem) is not var (training, validation)) return null;
        if (parsed.Prints("m"))
        {
            Console.WriteLine($"{training.Table.Rows.Count} rows to learn from, "
                + $"{validation.Table.Rows.Count} rows to compare models on");
        }

        var trained = task == LearningTask.Recommendation
            ? RatingTraining.Run(parsed, training, validation, out problem)
            : LinearTraining.Run(parsed, task, training, validation, out problem);
        if (trained is not var (model, figures)) return null;
        if (parsed.Prints("m")) Console.WriteLine($"best model: {figures.Text}");
        if (!Test(parsed, model, out problem)) return null;

        var folder = Directory.CreateDirectory(parsed.GetValue(CommandLine.OutputPath)!).FullName;
        var path = Path.Combine(folder, parsed.GetValue(CommandLine.Name) + ".mlnet");
        ModelFile.Write(path, model);
        if (parsed.Prints("m")) Console.WriteLine($"model: {path}");
        return ExitCode.Success;
    }

    static (Labelled Training, Labelled Validation)? ReadRows(
        ParseResult parsed, LearningTask task, out Problem? problem)
    {
        if (Read(parsed, CommandLine.Dataset, task, out problem) is not { } all) return null;
        if (parsed.GetValue(CommandLine.ValidationDataset) is null) return all.Split(out problem);
        return Read(parsed, CommandLine.ValidationDataset, task, out problem) is { } validation
            ? (all, validation)
            : null;
    }

    static Labelled? Read(ParseResult parsed, Option<string> file, LearningTask task, out Problem? problem) =>
        Labelled.Read(
            parsed.GetValue(file)!, parsed.GetValue(CommandLine.HasHeader), parsed.GetValue(CommandLine.LabelColumn)!,
            task, out problem);

    /// <summary>Prints the figures on the test dataset, if there is one.</summary>
    static bool Test(ParseResult parsed, SavedModel model, out Problem? problem)
    {
        problem = null;
        if (parsed.GetValue(CommandLine.TestDataset) is null) return true;
        if (Read(parsed, CommandLine.TestDataset, model.Task, out problem) is not { } test) return false;
        if (model.Predict(test.Table, out problem) is not { } predicted) return false;
        var figures = Figures.Of(model.Task, test.Dataset, predicted, test.Labels);
        if (parsed.Prints("m")) Console.WriteLine($"test dataset: {figures.Text}");
        return true;
    }
}
