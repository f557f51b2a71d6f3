// SPDX-License-Identifier: MIT
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mlnet.Training;

/// <summary>One row as Microsoft.ML reads it: its numbers, and the label as text and as a number.</summary>
sealed class Example
{
    /// <summary>The encoded columns.</summary>
    public float[] Features { get; init; } = [];

    /// <summary>The label of a classification.</summary>
    public string Class { get; init; } = "";

    /// <summary>The label of a regression.</summary>
    public float Number { get; init; }

    /// <summary>Rows for Microsoft.ML, which has to know the length of the vectors.</summary>
    public static IDataView View(MLContext context, IEnumerable<Example> rows, int width)
    {
        var shape = SchemaDefinition.Create(typeof(Example));
        shape[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return context.Data.LoadFromEnumerable(rows, shape);
    }
}
