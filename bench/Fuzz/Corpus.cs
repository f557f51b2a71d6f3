// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// The fuzzer's starting material: the collector's manifests, and the lines of the wire's vectors. Immutable.
/// </summary>
sealed class Corpus
{
    /// <summary>
    /// Addresses that a proxy forwards, and the country that the collector derives from each; null: none.
    /// </summary>
    public static IReadOnlyList<(string Address, string? Country)> Clients { get; } =
    [
        ("192.0.3.7", "UG"), ("::ffff:192.0.3.9", "UG"), ("2001:4db8:1::5", "KE"), ("203.0.114.1", "?EU"),
        ("9.9.9.9", null), ("not-an-address", null),
    ];

    const string CountryTable = "192.0.3.0,192.0.3.255,UG\n203.0.114.0,203.0.114.127,EU\n";

    const string CountryTable6 = "2001:4db8:1::,2001:4db8:1:ffff:ffff:ffff:ffff:ffff,KE\n";

    readonly List<string> _texts = [];

    public Corpus(string folder, DateTimeOffset now)
    {
        // Every type; a manifest with finer times, buckets, a field past its end and one that ends soon; a real tool in
        // two versions. Retention beyond the greatest age of an event: stored events are there at the end of a round,
        // also after maintenance.
        var probe = File.ReadAllText(Path.Combine(folder, "telemetry.yaml"))
            .Replace("retention: 30 days", "retention: 400 days\nmax-per-day: 100000", StringComparison.Ordinal);
        var over = now.AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var edge = probe.Replace("tool: probe", "tool: edge", StringComparison.Ordinal)
            .Replace("time: second", "time: nanosecond", StringComparison.Ordinal)
            .Replace("version: { type: version,", "version: { type: version, source: program,",
                StringComparison.Ordinal)
            .Replace("colour: { type: enum,", $"colour: {{ type: enum, until: {over},", StringComparison.Ordinal)
            .Replace("country: { type: country,", $"country: {{ type: country, until: {over},",
                StringComparison.Ordinal)
            .Replace("options: { type: enum-set,", $"options: {{ type: enum-set, until: {over},",
                StringComparison.Ordinal);
        var hours = probe.Replace("tool: probe", "tool: hours", StringComparison.Ordinal)
            .Replace("time: second", "time: hour", StringComparison.Ordinal);
        var kmpkg = File.ReadAllText(Path.Combine(folder, "kmpkg.yaml"));
        var next = kmpkg.Replace("\nversion: 2\n", "\nversion: 3\n", StringComparison.Ordinal).Replace(
            "      result:",
            """
                  more_events:
                    type: count
                    why: Test.
                    example: 1
                    published: false
                  result:
            """,
            StringComparison.Ordinal);
        foreach (var text in new[] { probe, edge, hours, kmpkg, next })
            Add(text);
        Lines = [.. Directory.EnumerateFiles(folder, "*.ndjson").Order(StringComparer.Ordinal)
            .SelectMany(path => File.ReadAllLines(path, Encoding.Latin1)).Where(line => line.Length < 20_000)];
        Distributions = File.ReadAllLines(Path.Combine(folder, "distributions.txt"));
        if (Lines.Count < 50 || Manifests.Count != 5 || Distributions.Count < 10)
            throw new FuzzException($"The corpus in {folder} is incomplete.");
    }

    public List<ToolManifest> Manifests { get; } = [];

    /// <summary>Every line of every vector, heads included, one character for each byte.</summary>
    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<string> Distributions { get; }

    /// <summary>Puts manifests and country tables where a collector finds them.</summary>
    public void Write(string manifests, string countries)
    {
        Directory.CreateDirectory(manifests);
        for (var i = 0; i < _texts.Count; i++)
            File.WriteAllText(Path.Combine(manifests, $"{i}.yaml"), _texts[i]);
        Directory.CreateDirectory(countries);
        File.WriteAllText(Path.Combine(countries, "v4.csv"), CountryTable);
        File.WriteAllText(Path.Combine(countries, "v6.csv"), CountryTable6);
    }

    public ToolManifest? Find(string tool, int version) => Manifests.Find(m => m.Tool == tool && m.Version == version);

    void Add(string text)
    {
        var read = ManifestReader.Read(text);
        if (read.Manifest is not { } manifest)
            throw new FuzzException("A manifest of the corpus is refused: " + read.Diagnostics[0].Format("corpus"));
        _texts.Add(text);
        Manifests.Add(manifest);
    }
}
