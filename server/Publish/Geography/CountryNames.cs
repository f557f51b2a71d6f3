// SPDX-License-Identifier: MIT

using System.Collections.Frozen;

namespace Tallymark.Publish.Geography;

/// <summary>
/// Maps the code that the collector stored to the published name, and that name to its continent. The table is
/// embedded and read once. Thread-safe.
/// </summary>
static class CountryNames
{
    // The collector stores this mark and a continent's code where no country is known: spec/manifest.md.
    const char ContinentMark = '?';

    static readonly FrozenDictionary<string, string> Continents = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AF"] = "Africa",
        ["AN"] = "Antarctica",
        ["AS"] = "Asia",
        ["EU"] = "Europe",
        ["NA"] = "North America",
        ["OC"] = "Oceania",
        ["SA"] = "South America",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, Country> ByCode = Read();
    static readonly FrozenDictionary<string, string> ContinentByName = MapNames();

    /// <summary>All countries in the table.</summary>
    public static IReadOnlyList<Country> All => ByCode.Values;

    /// <summary>
    /// The published name of a stored value: "Uganda" for <c>UG</c>, "Africa" for <c>?AF</c>; null for a code that is
    /// not in the table.
    /// </summary>
    public static string? NameOf(string code)
    {
        if (code.Length == 3 && code[0] == ContinentMark)
            return Continents.GetValueOrDefault(code[1..]);
        return ByCode.GetValueOrDefault(code)?.Name;
    }

    /// <summary>The continent of a country by its published name; null if the name is not a country's, such as a
    /// continent's.</summary>
    public static string? ContinentOf(string name) => ContinentByName.GetValueOrDefault(name);

    static FrozenDictionary<string, Country> Read()
    {
        using var stream = typeof(CountryNames).Assembly.GetManifestResourceStream("countries.tsv")
            ?? throw new InvalidOperationException("The country table is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        var countries = new Dictionary<string, Country>(StringComparer.Ordinal);
        var heading = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (!heading)
            {
                var parts = line.Split('\t');
                countries.Add(parts[0], new Country(parts[0], parts[1], Continents[parts[2]]));
            }

            heading = false;
        }

        return countries.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static FrozenDictionary<string, string> MapNames()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var country in ByCode.Values)
            names.Add(country.Name, country.Continent);
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>One country.</summary>
/// <param name="Code">Two letters, ISO 3166-1.</param>
/// <param name="Name">Its English short name.</param>
/// <param name="Continent">Its continent's English name.</param>
sealed record Country(string Code, string Name, string Continent);
