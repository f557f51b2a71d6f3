// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tallymark.Cli;

/// <summary>Options that are numbers within bounds; a message names the bounds.</summary>
static class NumberOption
{
    /// <summary>A whole number.</summary>
    public static Option<int> Whole(string name, int min, int max, int standard, string description) => new(name)
    {
        DefaultValueFactory = _ => standard,
        Description = description,
        CustomParser = result => Parse(
            result, name, min, max,
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value : null,
            "a whole number"),
    };

    /// <summary>A number.</summary>
    public static Option<double> Real(string name, double min, double max, double standard, string description) =>
        new(name)
        {
            DefaultValueFactory = _ => standard,
            Description = description,
            CustomParser = result => Parse(
                result, name, min, max,
                text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value : null,
                "a number"),
        };

    static T Parse<T>(ArgumentResult result, string name, T min, T max, Func<string, T?> read, string kind)
        where T : struct, IComparable<T>
    {
        var text = result.Tokens is [.., var token] ? token.Value : "";
        // NaN compares as smaller than every number.
        if (read(text) is { } value && value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0)
            return value;
        result.AddError(string.Create(
            CultureInfo.InvariantCulture, $"{name} {text}: write {kind} from {min:#,0.###} to {max:#,0.###}."));
        return default;
    }
}
