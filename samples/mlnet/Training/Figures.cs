// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mlnet.Training;

/// <summary>How good a model's predictions are on rows whose labels are known.</summary>
/// <param name="Score">The figure by which models are compared; higher is better, at most 1.</param>
/// <param name="Text">The figures for people.</param>
sealed record Figures(double Score, string Text)
{
    /// <summary>
    /// Classification: the share of correct predictions, beside that of the most frequent label. Other tasks: R², and
    /// the root of the mean squared error.
    /// </summary>
    public static Figures Of(LearningTask task, string dataset, IReadOnlyList<string> predicted, string[] labels) =>
        task == LearningTask.Classification ? OfClasses(predicted, labels) : OfNumbers(dataset, predicted, labels);

    static Figures OfClasses(IReadOnlyList<string> predicted, string[] labels)
    {
        var correct = labels.Where((label, i) => predicted[i] == label).Count() / (double)labels.Length;
        var frequent = labels.CountBy(label => label).Max(pair => pair.Value) / (double)labels.Length;
        return new(
            correct, Invariant($"accuracy {correct:0.0000} (always the most frequent label: {frequent:0.0000})"));
    }

    static Figures OfNumbers(string dataset, IReadOnlyList<string> predicted, string[] labels)
    {
        var numbers = labels.Select(Parse).ToArray();
        var (squares, total, mean) = (0.0, 0.0, numbers.Average());
        for (var i = 0; i < numbers.Length; i++)
        {
            var error = Parse(predicted[i]) - numbers[i];
            // No trainer may return such a number; comparing models by it would choose any of them.
            if (!double.IsFinite(error * error))
                throw new InvalidOperationException(
                    $"{dataset}: the model predicts {predicted[i]} for {labels[i]}, an error without a finite square");
            squares += error * error;
            total += (numbers[i] - mean) * (numbers[i] - mean);
        }

        var determination = total > 0 ? 1 - squares / total : 0;
        var root = Math.Sqrt(squares / numbers.Length);
        return new(determination, Invariant($"R2 {determination:0.0000}, root mean squared error {root:0.####}"));
    }

    static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
