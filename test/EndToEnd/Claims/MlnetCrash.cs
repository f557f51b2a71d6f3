// SPDX-License-Identifier: MIT

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// A dataset that crashes mlnet while it trains: the square of a label is no finite number, which the tool's own check
/// finds. The exception's message contains the name of the file and the label.
/// </summary>
static class MlnetCrash
{
    const string Dataset = "umlaufbahnen.csv", Label = "4.711815e+300";

    /// <summary>Parts of the error that the user sees, none of which may be recorded.</summary>
    public static readonly string[] Names =
        [Dataset, Label, "an error without a finite square", nameof(InvalidOperationException)];

    /// <summary>Writes the dataset; returns the arguments of the command that crashes.</summary>
    public static string[] Prepare(MlnetHome home)
    {
        var path = home.Write(
            Dataset, MlnetHome.Rows("user,film,stars", i => $"u{i % 7},f{i % 5},{(i == 4 ? Label : "3")}"));
        return
        [
            "recommendation", "--dataset", path, "--label-col", "stars", "--user-col", "user", "--item-col", "film",
            "--train-time", "1", "--verbosity", "diag",
        ];
    }
}
