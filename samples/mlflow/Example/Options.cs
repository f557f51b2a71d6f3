// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mlflow.Example;

/// <summary>
/// The options of a verb: <c>--name value</c>, or <c>--name</c> alone. Other words are kept in order.
/// </summary>
sealed class Options
{
    readonly Dictionary<string, string> _values = [];

    /// <summary>The words that belong to no option.</summary>
    public List<string> Words { get; } = [];

    public static Options Parse(List<string> args)
    {
        var options = new Options();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                options.Words.Add(args[i]);
            else if (i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                options._values[args[i]] = args[++i];
            else
                options._values[args[i]] = "";
        }

        return options;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Get(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        int.TryParse(Get(name, ""), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>The parts of a value, separated by commas.</summary>
    public string[] List(string name, string otherwise) =>
        Get(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries);
}
