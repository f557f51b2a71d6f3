// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mlnet.Data;
using Mlnet.Models;
using Mlnet.Training;

namespace Mlnet.Commands;

/// <summary><c>mlnet predict</c>: writes what a model predicts for each row of a dataset.</summary>
static class PredictCommand
{
    const string FileName = "predictions.csv";

    public static Command Create()
    {
        var command = new Command("predict", "Predict a column of a dataset with a model")
        {
            CommandLine.Model, CommandLine.Dataset, CommandLine.HasHeader, CommandLine.OutputPath,
            CommandLine.Verbosity,
        };
        command.SetAction(parsed => Invocation.Run(
            parsed, MlnetTelemetry.InvocationCommand.Predict, task: null,
            learned => Predict(parsed, learned, out var problem) ?? problem!.Report()));
        return command;
    }

    static ExitCode? Predict(ParseResult parsed, Action<LearningTask> learned, out Problem? problem)
    {
        if (ModelFile.Read(parsed.GetValue(CommandLine.Model)!, out problem) is not { } model) return null;
        learned(model.Task);
        var hasHeader = parsed.GetValue(CommandLine.HasHeader);
        if (DelimitedFile.Read(parsed.GetValue(CommandLine.Dataset)!, hasHeader, out problem) is not { } table)
            return null;
        if (model.Predict(table, out problem) is not { } predicted) return null;

        var folder = Directory.CreateDirectory(parsed.GetValue(CommandLine.OutputPath)!).FullName;
        var path = Path.Combine(folder, FileName);
        File.WriteAllLines(path, predicted.Prepend(model.Label).Select(Quote));
        if (parsed.Prints("m")) Console.WriteLine($"{predicted.Count} predictions: {path}");
        return ExitCode.Success;
    }

    static string Quote(string cell) => cell.AsSpan().IndexOfAny(",;\t\"\r\n") < 0 ? cell
        : "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
