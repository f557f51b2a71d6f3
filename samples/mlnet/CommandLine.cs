// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using Mlnet.Commands;
using Mlnet.Training;
using Tallymark.CommandLine;

namespace Mlnet;

/// <summary>The commands of mlnet and their parameters.</summary>
static class CommandLine
{
    public static readonly Option<string> Dataset = new("--dataset", "-d")
    {
        Description = "The dataset: a file of comma-, semicolon- or tab-separated values",
        HelpName = "FILE",
        Required = true,
    };

    public static readonly Option<string> LabelColumn = new("--label-col")
    {
        Description = "The column to predict: its name or, without a header, its number from 0",
        HelpName = "COLUMN",
        Required = true,
    };

    public static readonly Option<int> TrainTime = new("--train-time")
    {
        Description = "How long to look for a better model, in seconds",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };

    public static readonly Option<string> ValidationDataset = new("--validation-dataset")
    {
        Description = "The dataset that models are compared on (default: every fifth row of the dataset)",
        HelpName = "FILE",
    };

    public static readonly Option<string> TestDataset = new("--test-dataset")
    {
        Description = "A dataset that no model has seen, for the final figures",
        HelpName = "FILE",
    };

    public static readonly Option<string> IgnoreColumns = new("--ignore-cols")
    {
        Description = "Columns to leave out, separated by commas",
        HelpName = "COLUMNS",
    };

    public static readonly Option<bool> HasHeader = new("--has-header")
    {
        Description = "Whether the first line names the columns",
        HelpName = "true|false",
        DefaultValueFactory = _ => true,
    };

    public static readonly Option<string> UserColumn = new("--user-col")
    {
        Description = "The column that identifies who rated",
        HelpName = "COLUMN",
        Required = true,
    };

    public static readonly Option<string> ItemColumn = new("--item-col")
    {
        Description = "The column that identifies the rated item",
        HelpName = "COLUMN",
        Required = true,
    };

    public static readonly Option<string> OutputPath = new("--output-path", "-o")
    {
        Description = "The folder to write to",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };

    public static readonly Option<string> Name = new("--name")
    {
        Description = "The name of the model's file, without its extension",
        HelpName = "NAME",
        DefaultValueFactory = _ => "model",
    };

    public static readonly Option<string> Model = new("--model")
    {
        Description = "The model, a file that a training command wrote",
        HelpName = "FILE",
        Required = true,
    };

    public static readonly Option<string> Verbosity = new Option<string>("--verbosity", "-v")
    {
        Description = "Print errors only (q), the results (m) or everything (diag)",
        HelpName = "q|m|diag",
        DefaultValueFactory = _ => "m",
    }.AcceptOnlyFromAmong("q", "m", "diag");

    static readonly Option[] Parameters =
    [
        Dataset, LabelColumn, TrainTime, ValidationDataset, TestDataset, IgnoreColumns, HasHeader, UserColumn,
        ItemColumn, OutputPath, Name, Model, Verbosity,
    ];

    public static RootCommand Create()
    {
        TrainTime.Validators.Add(result =>
        {
            // A text that is no number at all is the parser's own error.
            if (result.Tokens is [var text]
                && int.TryParse(text.Value, CultureInfo.InvariantCulture, out var seconds) && seconds < 1)
                result.AddError($"'{text.Value}' is not a number of seconds, 1 or more.");
        });
        Name.Validators.Add(result =>
        {
            if (result.Tokens is [var text] && Path.GetFileName(text.Value) != text.Value)
                result.AddError($"'{text.Value}' is a path. Write a name; --output-path is the folder.");
        });
        foreach (var parameter in Parameters)
        {
            parameter.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: "" }]) result.AddError($"{parameter.Name} is empty.");
            });
        }

        var root = new RootCommand("Trains machine-learning models on a table, and uses them");
        foreach (var task in Enum.GetValues<LearningTask>())
            root.Add(TrainCommand.Create(task));
        root.Add(PredictCommand.Create());
        root.AddTelemetry(MlnetTelemetry.Command, MlnetTelemetry.FieldNames);
        root.SetAction(_ => root.Parse("--help").Invoke());
        return root;
    }

    /// <summary>The names of the parameters on the command line, without dashes and without their values.</summary>
    public static IEnumerable<string> ParametersUsed(this ParseResult parsed) =>
        Parameters.Where(option => parsed.GetResult(option) is { Implicit: false })
            .Select(option => option.Name.TrimStart('-'));

    /// <summary>True if a command may print lines of that kind.</summary>
    public static bool Prints(this ParseResult parsed, string atLeast) =>
        (parsed.GetValue(Verbosity), atLeast) is ("diag", _) or ("m", "m");
}
