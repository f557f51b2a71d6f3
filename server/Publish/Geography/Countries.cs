// SPDX-License-Identifier: MIT
// From the code that the collector stored to the name that is published, and from that to the continent.

using System.Collections.Frozen;

namespace Tallymark.Publish.Geography;

/// <summary>The embedded table of countries and continents. Read once; safe for any thread.</summary>
static class Countries
{
    // What the collector writes before a continent's code where no country is known: spec/manifest.md.
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

    /// <summary>Every country of the table.</summary>
    public static IReadOnlyList<Country> All => ByCode.Values;

    /// <summary>
    /// The published name of a stored value: of <c>UG</c> "Uganda", of <c>?AF</c> "Africa"; null for a code that the
    /// table has not.
    /// </summary>
    public static string? NameOf(string code)
    {
        if (code.Length == 3 && code[0] == ContinentMark)
            return Continents.GetValueOrDefault(code[1..]);
        return ByCode.GetValueOrDefault(code)?.Name;
    }

    /// <summary>The continent of a country by its published name; null for what is no country's name, a continent's
    /// for example.</summary>
    public static string? ContinentOf(string name) => ContinentByName.GetValueOrDefault(name);

    static FrozenDictionary<string, Country> Read()
    {
        using var stream = typeof(Countries).Assembly.GetManifestResourceStream("countries.tsv")
            ?? throw new InvalidOperationException("The table of countries is not in the assembly.");
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
