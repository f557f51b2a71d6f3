// SPDX-License-Identifier: MIT
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Mlnet.Tests;

/// <summary>Each task learns from a generated dataset and predicts another one much better than chance.</summary>
public sealed partial class LearnTests
{
    [Fact]
    public async Task A_classifier_predicts_new_rows_better_than_the_most_frequent_label()
    {
        using var here = new Workplace();
        here.Write("flowers.csv", Some.Flowers(1));
        here.Write("others.csv", Some.Flowers(2));
        var ended = (await here.Words(
            "classification --dataset flowers.csv --label-col species --train-time 60 --ignore-cols number"
            + " --test-dataset others.csv --output-path out --name flowers")).With(0);
        Assert.Contains("240 rows to learn from, 60 rows to compare models on\n", ended.Output,
            StringComparison.Ordinal);
        var figures = Accuracy().Match(ended.Lines.Single(l => l.StartsWith("test", StringComparison.Ordinal)));
        Assert.True(Number(figures, "accuracy") > Number(figures, "frequent") + 0.25, figures.Value);

        // The model's file is all that a prediction needs, and its predictions are those that were measured.
        (await here.Words("predict --model out/flowers.mlnet --dataset others.csv --output-path out")).With(0);
        var predicted = await File.ReadAllLinesAsync(
            here["out/predictions.csv"], TestContext.Current.CancellationToken);
        var labels = Some.Flowers(2).TrimEnd('\n').Split('\n').Select(row => row.Split(',')[^1]).ToArray();
        Assert.Equal(labels.Length, predicted.Length);
        Assert.Equal("species", predicted[0]);
        Assert.Equal(
            Number(figures, "accuracy"),
            Math.Round(predicted.Zip(labels).Skip(1).Count(pair => pair.First == pair.Second) / 300.0, 4));
    }

    [Fact]
    public async Task A_regression_explains_most_of_the_differences_in_new_rows()
    {
        using var here = new Workplace();
        here.Write("houses.csv", Some.Houses(1));
        here.Write("others.csv", Some.Houses(2));
        var ended = (await here.Words(
            "regression --dataset houses.csv --label-col price --train-time 60 --test-dataset others.csv")).With(0);
        var figures = Determination().Match(ended.Lines.Single(l => l.StartsWith("test", StringComparison.Ordinal)));
        Assert.InRange(Number(figures, "r2"), 0.9, 1);
        (await here.Words("predict --model model.mlnet --dataset others.csv --verbosity q")).With(0);
        var predicted = await File.ReadAllLinesAsync(here["predictions.csv"], TestContext.Current.CancellationToken);
        Assert.Equal((301, "price"), (predicted.Length, predicted[0]));
        Assert.All(predicted.Skip(1), p => Assert.InRange(
            double.Parse(p, CultureInfo.InvariantCulture), -200_000, 600_000));
    }

    [Fact]
    public async Task A_time_that_is_too_short_for_any_model_is_kept_and_the_answer_says_so()
    {
        using var here = new Workplace();
        here.Write("many.csv", Some.ManyLabels());
        var ended = (await here.Words(
            "classification --dataset many.csv --label-col label --train-time 1 --verbosity diag")).With(0);
        Assert.Contains("LbfgsMaximumEntropy, L2 0.0001: not finished in time\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains(
            "rough, since --train-time was too short for more",
            ended.Lines.Single(l => l.StartsWith("best model", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trainer_that_finds_no_finite_model_does_not_end_the_search()
    {
        using var here = new Workplace();
        here.Write("line.csv", Some.Line());
        var ended = (await here.Words(
            "regression --dataset line.csv --label-col price --train-time 60 --verbosity diag")).With(0);
        Assert.Contains("Sdca, L2 0.0001: no model: ", ended.Output, StringComparison.Ordinal);
        Assert.InRange(Number(Determination().Match(
            ended.Lines.Single(l => l.StartsWith("best model", StringComparison.Ordinal))), "r2"), 0.8, 1);
    }

    [Fact]
    public async Task A_recommendation_learns_who_likes_which_items()
    {
        using var here = new Workplace();
        here.Write("ratings.tsv", Some.Ratings(1));
        here.Write("others.tsv", Some.Ratings(2) + "stranger\tf1\t3\nu1\tunknown film\t3\n");
        var ended = (await here.Words(
            "recommendation --dataset ratings.tsv --label-col rating --user-col user --item-col film --train-time 60"
            + " --test-dataset others.tsv --output-path out")).With(0);
        var figures = Determination().Match(ended.Lines.Single(l => l.StartsWith("test", StringComparison.Ordinal)));
        Assert.InRange(Number(figures, "r2"), 0.7, 1);
        (await here.Words("predict --model out/model.mlnet --dataset others.tsv --output-path out")).With(0);
        var predicted = await File.ReadAllLinesAsync(
            here["out/predictions.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(2003, predicted.Length);
        Assert.All(predicted.Skip(1), p => Assert.InRange(double.Parse(p, CultureInfo.InvariantCulture), 1, 5));
    }

    [Fact]
    public async Task The_same_dataset_gives_the_same_figures_and_a_longer_time_never_a_worse_model()
    {
        using var here = new Workplace();
        here.Write("flowers.csv", Some.Flowers(3));
        var results = new List<string[]>();
        foreach (var verbosity in (string[])["diag", "diag", "q"])
        {
            var ended = (await here.Words(
                $"classification --dataset flowers.csv --label-col species --train-time 60 --verbosity {verbosity}"))
                .With(0);
            results.Add(ended.Lines);
        }

        Assert.Equal(results[0], results[1]);
        Assert.Empty(results[2]);
        var candidates = results[0].Where(l => l.Contains(", L2 ", StringComparison.Ordinal))
            .Select(l => Number(Accuracy().Match(l), "accuracy")).ToList();
        Assert.Equal(6, candidates.Count);
        var best = results[0].Single(l => l.StartsWith("best model", StringComparison.Ordinal));
        Assert.Equal(candidates.Max(), Number(Accuracy().Match(best), "accuracy"));
        Assert.Equal(["model.json", "linear.zip"], Entries(here["model.mlnet"]));
    }

    static string[] Entries(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    static double Number(Match match, string group)
    {
        Assert.True(match.Success);
        return double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"accuracy (?<accuracy>[0-9.]+) \(always the most frequent label: (?<frequent>[0-9.]+)\)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"R2 (?<r2>-?[0-9.]+), root mean squared error (?<error>[0-9.]+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Determination();
}
