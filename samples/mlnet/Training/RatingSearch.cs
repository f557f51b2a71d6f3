// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Mlnet.Training;

/// <summary>Ratings for a search: who rated what, and the rating as the dataset has it.</summary>
sealed record Ratings(string Dataset, string[] Users, string[] Items, string[] Labels);

/// <summary>
/// Trains a matrix factorisation by stochastic gradient descent, and keeps the pass that predicts other ratings best.
/// The same input gives the same model if the time is enough.
/// </summary>
static class RatingSearch
{
    const int Factors = 8, MaxPasses = 200, MaxPassesWithoutGain = 10;
    const double LearningRate = 0.02, Regularization = 0.05;

    /// <summary>The best model. At least one pass is made, whatever the time.</summary>
    public static (RatingModel Model, Figures Figures) Run(
        Ratings training, Ratings validation, TimeSpan time, Action<string> report)
    {
        var started = Stopwatch.GetTimestamp();
        var random = new Random(1);
        var ratings = training.Labels.Select(l => double.Parse(l, CultureInfo.InvariantCulture)).ToArray();
        var model = new RatingModel(
            ratings.Average(), ratings.Min(), ratings.Max(), Start(training.Users, random),
            Start(training.Items, random));
        var order = Enumerable.Range(0, ratings.Length).ToArray();
        (RatingModel Model, Figures Figures)? best = null;
        for (int pass = 1, gain = 1; pass <= MaxPasses && pass - gain <= MaxPassesWithoutGain; pass++)
        {
            random.Shuffle(order);
            foreach (var i in order) Learn(model, training.Users[i], training.Items[i], ratings[i]);
            var figures = Measure(model, validation);
            report($"pass {pass}: {figures.Text}");
            if (best is null || figures.Score > best.Value.Figures.Score)
                (best, gain) = ((model.Copy(), figures), pass);
            if (Stopwatch.GetElapsedTime(started) >= time) break;
        }

        return best!.Value;
    }

    /// <summary>The figures of a model on ratings.</summary>
    public static Figures Measure(RatingModel model, Ratings on) => Figures.Of(
        LearningTask.Recommendation, on.Dataset, [.. on.Users.Zip(on.Items, model.Predict)], on.Labels);

    static void Learn(RatingModel model, string userName, string itemName, double rating)
    {
        var (user, item) = (model.Users[userName], model.Items[itemName]);
        var error = rating - model.Rate(user, item);
        user[0] += LearningRate * (error - Regularization * user[0]);
        item[0] += LearningRate * (error - Regularization * item[0]);
        for (var i = 1; i < user.Length; i++)
        {
            var (ofUser, ofItem) = (user[i], item[i]);
            user[i] += LearningRate * (error * ofItem - Regularization * ofUser);
            item[i] += LearningRate * (error * ofUser - Regularization * ofItem);
        }
    }

    // Small factors that differ: equal ones would stay equal.
    static Dictionary<string, double[]> Start(string[] names, Random random) =>
        names.Distinct(StringComparer.Ordinal).ToDictionary(
            name => name,
            _ => (double[])[0, .. Enumerable.Range(0, Factors).Select(_ => (random.NextDouble() - 0.5) * 0.2)],
            StringComparer.Ordinal);
}
