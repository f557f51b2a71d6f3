// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mlnet.Data;

/// <summary>
/// How one column becomes numbers for a trainer: a number is centred and scaled, a category becomes one number for each
/// value that the training rows have. Part of a model's file.
/// </summary>
/// <param name="Name">The column's name.</param>
/// <param name="Values">The values of a category; null: the column has numbers.</param>
/// <param name="Mean">The mean of the numbers.</param>
/// <param name="Scale">Their standard deviation; 1 if all are equal.</param>
sealed record FeatureColumn(string Name, IReadOnlyList<string>? Values, double Mean, double Scale)
{
    // A column with more distinct texts is a name or an id, from which nothing general can be learned.
    const int MaxCategories = 100;

    /// <summary>The number of values that <see cref="Write"/> writes.</summary>
    public int Width => Values?.Count ?? 1;

    /// <summary>Looks at the training rows of a column; null if nothing can be learned from it.</summary>
    public static FeatureColumn? Of(string name, IEnumerable<string> cells)
    {
        var texts = cells.Where(cell => cell.Length > 0).ToList();
        var numbers = texts.Select(Number).ToList();
        if (numbers.TrueForAll(number => number is not null))
            return numbers.Distinct().Count() < 2 ? null : OfNumbers(name, [.. numbers.Select(n => n!.Value)]);
        var values = texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return values.Count is < 2 or > MaxCategories ? null : new(name, values, 0, 1);
    }

    /// <summary>Writes the cell's numbers. A missing or unknown value is the mean, or no category.</summary>
    public void Write(string cell, Span<float> to)
    {
        if (Values is null)
        {
            to[0] = Number(cell) is { } number ? (float)((number - Mean) / Scale) : 0;
            return;
        }

        for (var i = 0; i < Values.Count; i++) to[i] = Values[i] == cell ? 1 : 0;
    }

    /// <summary>The number that a cell has; null for any other text.</summary>
    public static double? Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && !double.IsNaN(number)
            ? number
            : null;

    static FeatureColumn OfNumbers(string name, double[] numbers)
    {
        var mean = numbers.Average();
        var scale = Math.Sqrt(numbers.Average(n => (n - mean) * (n - mean)));
        return new(name, null, mean, scale > 0 ? scale : 1);
    }
}
