// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Mlnet.Training;

/// <summary>Rows for a search: encoded columns, and the labels as the dataset has them.</summary>
sealed record EncodedRows(string Dataset, float[][] Features, string[] Labels);

/// <summary>
/// Looks for the best of some linear models within a time: trains one after the other with Microsoft.ML and compares
/// them on rows that they were not trained on. The same input gives the same model if the time is enough.
/// </summary>
static class LinearSearch
{
    // Bounds the time of one candidate, since the search can't interrupt Microsoft.ML.
    const int MaxIterations = 200;

    /// <summary>
    /// The best model; at least one candidate is trained, whatever the time. A candidate whose numbers grow beyond all
    /// bounds is left out. Null: all are.
    /// </summary>
    public static (LinearModel Model, Figures Figures)? Run(
        LearningTask task, EncodedRows training, EncodedRows validation, TimeSpan time, Action<string> report,
        out Problem? problem)
    {
        var started = Stopwatch.GetTimestamp();
        var context = new MLContext(seed: 1);
        var width = training.Features[0].Length;
        var rows = Example.View(context, Examples(task, training), width);
        (LinearModel Model, Figures Figures)? best = null;
        problem = null;
        foreach (var (name, candidate) in Candidates(task, context))
        {
            if (best is not null && Stopwatch.GetElapsedTime(started) >= time) break;
            try
            {
                var model = new LinearModel(context, candidate.Fit(rows), width);
                var predicted = model.Predict(task, validation.Features);
                var figures = Figures.Of(task, validation.Dataset, predicted, validation.Labels);
                report($"{name}: {figures.Text}");
                if (best is null || figures.Score > best.Value.Figures.Score) best = (model, figures);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
            {
                // Microsoft.ML throws these for weights that are not finite and for rows without a finite label.
                report($"{name}: no model: {e.Message}");
                problem = new(
                    ExitCode.BadDataset,
                    $"{training.Dataset}: no model could be trained on these numbers: {e.Message}");
            }
        }

        if (best is not null) problem = null;
        return best;
    }

    static Example[] Examples(LearningTask task, EncodedRows rows) =>
    [
        .. rows.Features.Zip(rows.Labels, (features, label) => task == LearningTask.Classification
            ? new Example { Features = features, Class = label }
            : new Example { Features = features, Number = float.Parse(label, CultureInfo.InvariantCulture) }),
    ];

    static IEnumerable<(string Name, IEstimator<ITransformer> Candidate)> Candidates(
        LearningTask task, MLContext context) =>
        task == LearningTask.Classification ? Classifiers(context) : Regressors(context);

    static IEnumerable<(string, IEstimator<ITransformer>)> Classifiers(MLContext context)
    {
        const string Key = "Key";
        var trainers = context.MulticlassClassification.Trainers;
        foreach (var strength in (float[])[1e-4f, 1e-2f, 1f])
        {
            yield return ($"LbfgsMaximumEntropy, L2 {strength}", Around(trainers.LbfgsMaximumEntropy(
                new LbfgsMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = Key,
                    FeatureColumnName = nameof(Example.Features),
                    L1Regularization = 0,
                    L2Regularization = strength,
                    MaximumNumberOfIterations = MaxIterations,
                    NumberOfThreads = 1,
                })));
            yield return ($"SdcaMaximumEntropy, L2 {strength}", Around(trainers.SdcaMaximumEntropy(
                new SdcaMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = Key,
                    FeatureColumnName = nameof(Example.Features),
                    L2Regularization = strength,
                    MaximumNumberOfIterations = MaxIterations,
                    NumberOfThreads = 1,
                })));
        }

        IEstimator<ITransformer> Around<T>(IEstimator<T> trainer)
            where T : class, ITransformer =>
            context.Transforms.Conversion.MapValueToKey(Key, nameof(Example.Class)).Append(trainer)
                .Append(context.Transforms.Conversion.MapKeyToValue(LinearModel.PredictedClass, "PredictedLabel"));
    }

    static IEnumerable<(string, IEstimator<ITransformer>)> Regressors(MLContext context)
    {
        foreach (var strength in (float[])[1e-4f, 1e-2f, 1f])
        {
            yield return ($"Sdca, L2 {strength}", context.Regression.Trainers.Sdca(
                new SdcaRegressionTrainer.Options
                {
                    LabelColumnName = nameof(Example.Number),
                    FeatureColumnName = nameof(Example.Features),
                    L2Regularization = strength,
                    MaximumNumberOfIterations = MaxIterations,
                    NumberOfThreads = 1,
                }));
        }

        yield return ("OnlineGradientDescent", context.Regression.Trainers.OnlineGradientDescent(
            new OnlineGradientDescentTrainer.Options
            {
                LabelColumnName = nameof(Example.Number),
                FeatureColumnName = nameof(Example.Features),
                NumberOfIterations = MaxIterations,
            }));
    }
}
