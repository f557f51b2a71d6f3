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
/// them on rows that they were not trained on. The same input gives the same model if the time is enough. A candidate
/// that is not finished in time is left out; if none is finished, the first one is trained with a single iteration.
/// </summary>
static class LinearSearch
{
    const int MaxIterations = 200;
    const string Rough = "; rough, since --train-time was too short for more";

    /// <summary>
    /// The best model; at least one candidate is trained, if need be roughly. A candidate whose numbers grow beyond all
    /// bounds is left out. Null: all are.
    /// </summary>
    public static (LinearModel Model, Figures Figures)? Run(
        LearningTask task, EncodedRows training, EncodedRows validation, TimeSpan time, Action<string> report,
        out Problem? problem)
    {
        var started = Stopwatch.GetTimestamp();
        var examples = Examples(task, training);
        var width = training.Features[0].Length;
        (LinearModel Model, Figures Figures)? best = null;
        problem = null;
        var count = Candidates(task, new MLContext(), MaxIterations).Count();
        for (var i = 0; i <= count; i++)
        {
            // The last turn is only for a search without any model.
            var left = time - Stopwatch.GetElapsedTime(started);
            var rough = i == count || left <= TimeSpan.Zero;
            if (rough && (best is not null || problem is not null)) break;
            var context = new MLContext(seed: 1);
            var rows = Example.View(context, examples, width);
            var (name, candidate) = Candidates(task, context, rough ? 1 : MaxIterations).ElementAt(rough ? 0 : i);
            try
            {
                if (Fit(candidate, rows, rough ? Timeout.InfiniteTimeSpan : left) is not { } fitted)
                {
                    report($"{name}: not finished in time");
                    continue;
                }

                var model = new LinearModel(context, fitted, width);
                var predicted = model.Predict(task, validation.Features);
                var figures = Figures.Of(task, validation.Dataset, predicted, validation.Labels);
                if (rough)
                    figures = figures with { Text = figures.Text + Rough };
                report($"{name}: {figures.Text}");
                if (best is null || figures.Score > best.Value.Figures.Score) best = (model, figures);
                if (rough) break;
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

    // Null: it was not finished in time. Microsoft.ML offers no way to cancel a trainer, so it is left behind on its
    // thread, which ends with the process.
    static ITransformer? Fit(IEstimator<ITransformer> candidate, IDataView rows, TimeSpan time)
    {
        var fitted = new TaskCompletionSource<ITransformer>();
        var thread = new Thread(() =>
        {
            try
            {
                fitted.SetResult(candidate.Fit(rows));
            }
            catch (Exception e)
            {
                fitted.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        return ((IAsyncResult)fitted.Task).AsyncWaitHandle.WaitOne(time) ? fitted.Task.GetAwaiter().GetResult() : null;
    }

    static Example[] Examples(LearningTask task, EncodedRows rows) =>
    [
        .. rows.Features.Zip(rows.Labels, (features, label) => task == LearningTask.Classification
            ? new Example { Features = features, Class = label }
            : new Example { Features = features, Number = float.Parse(label, CultureInfo.InvariantCulture) }),
    ];

    static IEnumerable<(string Name, IEstimator<ITransformer> Candidate)> Candidates(
        LearningTask task, MLContext context, int iterations) =>
        task == LearningTask.Classification ? Classifiers(context, iterations) : Regressors(context, iterations);

    static IEnumerable<(string, IEstimator<ITransformer>)> Classifiers(MLContext context, int iterations)
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
                    MaximumNumberOfIterations = iterations,
                    NumberOfThreads = 1,
                })));
            yield return ($"SdcaMaximumEntropy, L2 {strength}", Around(trainers.SdcaMaximumEntropy(
                new SdcaMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = Key,
                    FeatureColumnName = nameof(Example.Features),
                    L2Regularization = strength,
                    MaximumNumberOfIterations = iterations,
                    NumberOfThreads = 1,
                })));
        }

        IEstimator<ITransformer> Around<T>(IEstimator<T> trainer)
            where T : class, ITransformer =>
            context.Transforms.Conversion.MapValueToKey(Key, nameof(Example.Class)).Append(trainer)
                .Append(context.Transforms.Conversion.MapKeyToValue(LinearModel.PredictedClass, "PredictedLabel"));
    }

    static IEnumerable<(string, IEstimator<ITransformer>)> Regressors(MLContext context, int iterations)
    {
        foreach (var strength in (float[])[1e-4f, 1e-2f, 1f])
        {
            yield return ($"Sdca, L2 {strength}", context.Regression.Trainers.Sdca(
                new SdcaRegressionTrainer.Options
                {
                    LabelColumnName = nameof(Example.Number),
                    FeatureColumnName = nameof(Example.Features),
                    L2Regularization = strength,
                    MaximumNumberOfIterations = iterations,
                    NumberOfThreads = 1,
                }));
        }

        yield return ("OnlineGradientDescent", context.Regression.Trainers.OnlineGradientDescent(
            new OnlineGradientDescentTrainer.Options
            {
                LabelColumnName = nameof(Example.Number),
                FeatureColumnName = nameof(Example.Features),
                NumberOfIterations = iterations,
            }));
    }
}
