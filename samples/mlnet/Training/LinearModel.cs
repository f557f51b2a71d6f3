// SPDX-License-Identifier: MIT
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mlnet.Training;

/// <summary>A trained model of Microsoft.ML for encoded rows.</summary>
sealed class LinearModel(MLContext context, ITransformer transformer, int width)
{
    /// <summary>The column of a prediction: the label's text, or a number.</summary>
    public const string PredictedClass = "PredictedClass", PredictedNumber = "Score";

    /// <summary>The predictions for these rows, as text.</summary>
    public IReadOnlyList<string> Predict(LearningTask task, float[][] rows)
    {
        var view = transformer.Transform(
            Example.View(context, rows.Select(row => new Example { Features = row }), width));
        return task == LearningTask.Classification
            ? [.. view.GetColumn<string>(PredictedClass)]
            : [.. view.GetColumn<float>(PredictedNumber).Select(n => n.ToString("R", CultureInfo.InvariantCulture))];
    }

    /// <summary>Writes the model in the format of Microsoft.ML.</summary>
    public void Save(Stream to) => context.Model.Save(transformer, Example.View(context, [], width).Schema, to);

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    public static LinearModel Load(Stream from, int width)
    {
        var context = new MLContext(seed: 1);
        return new(context, context.Model.Load(from, out _), width);
    }
}
