// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mlnet.Data;
using Mlnet.Models;
using Mlnet.Training;

namespace Mlnet.Commands;

/// <summary>Trains a model for <c>recommendation</c>.</summary>
static class RatingTraining
{
    public static (SavedModel Model, Figures Figures)? Run(
        ParseResult parsed, Labelled training, Labelled validation, out Problem? problem)
    {
        var user = parsed.GetValue(CommandLine.UserColumn)!;
        var item = parsed.GetValue(CommandLine.ItemColumn)!;
        if (Of(training, user, item, out problem) is not { } ratings) return null;
        if (Of(validation, user, item, out problem) is not { } others) return null;
        var (model, figures) = RatingSearch.Run(
            ratings, others, TimeSpan.FromSeconds(parsed.GetValue(CommandLine.TrainTime)), text =>
            {
                if (parsed.Prints("diag")) Console.WriteLine(text);
            });
        var label = parsed.GetValue(CommandLine.LabelColumn)!;
        return (new SavedModel(LearningTask.Recommendation, label)
        {
            UserColumn = user,
            ItemColumn = item,
            Ratings = model,
        }, figures);
    }

    static Ratings? Of(Labelled rows, string user, string item, out Problem? problem)
    {
        var ofUser = rows.Table.Find(user, "--user-col", out problem);
        if (problem is not null) return null;
        var ofItem = rows.Table.Find(item, "--item-col", out problem);
        return problem is not null ? null
            : new(rows.Dataset, Column(rows, ofUser), Column(rows, ofItem), rows.Labels);
    }

    static string[] Column(Labelled rows, int index) => [.. rows.Table.Rows.Select(row => row[index])];
}
