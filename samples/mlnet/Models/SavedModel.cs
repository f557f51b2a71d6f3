// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;
using Mlnet.Data;
using Mlnet.Training;

namespace Mlnet.Models;

/// <summary>
/// A trained model with all that a prediction needs: either an encoder and a linear model, or the columns of user and
/// item and a model of ratings.
/// </summary>
sealed record SavedModel(LearningTask Task, string Label)
{
    /// <summary>How columns become numbers; null for ratings.</summary>
    public FeatureEncoder? Encoder { get; init; }

    /// <summary>The column of the user; null unless the model predicts ratings.</summary>
    public string? UserColumn { get; init; }

    /// <summary>The column of the item; null unless the model predicts ratings.</summary>
    public string? ItemColumn { get; init; }

    /// <summary>The model of ratings; null for the other tasks.</summary>
    public RatingModel? Ratings { get; init; }

    /// <summary>The model of Microsoft.ML, a file of its own in the model's file; null for ratings.</summary>
    [JsonIgnore]
    public LinearModel? Linear { get; init; }

    /// <summary>The predictions for all rows of a table, or the problem that it lacks a column.</summary>
    public IReadOnlyList<string>? Predict(Table table, out Problem? problem)
    {
        if (Linear is not null)
        {
            var rows = Encoder!.Encode(table, out problem);
            return rows is null ? null : Linear.Predict(Task, rows);
        }

        var user = table.Find(UserColumn!, "the model", out problem);
        if (problem is not null) return null;
        var item = table.Find(ItemColumn!, "the model", out problem);
        return problem is not null ? null : [.. table.Rows.Select(row => Ratings!.Predict(row[user], row[item]))];
    }
}

/// <summary>The JSON form of <see cref="SavedModel"/>, without reflection.</summary>
[JsonSerializable(typeof(SavedModel))]
[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class SavedModelJson : JsonSerializerContext;
