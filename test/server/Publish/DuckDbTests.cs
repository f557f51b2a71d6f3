// SPDX-License-Identifier: MIT


namespace Tallymark.Publish.Tests;

/// <summary>Publishes a real store and compares the files with an independent count of the events.</summary>
public sealed class DuckDbTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly ToolManifest _manifest = SampleManifest();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_quarter_contains_exactly_its_UTC_days()
    {
        Publish(
        [
            .. TwentyInstallations(new DateTime(2026, 9, 30, 23, 59, 59, DateTimeKind.Utc).AddTicks(9_999_999)),
            .. TwentyInstallations(new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc)),
            .. TwentyInstallations(new DateTime(2026, 12, 31, 23, 59, 59, DateTimeKind.Utc).AddTicks(9_999_999)),
            .. TwentyInstallations(new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
        ]);
        Assert.Equal(["2026-10-01 20", "2026-12-31 20"], Read("usage").ConvertAll(r => $"{r.Day} {r.Occurrences}"));
    }

    [Fact]
    public void Every_row_meets_the_minimum_in_an_independent_count()
    {
        // The i-th version has 2^i events, so the bits of a count tell which versions are in a row. Versions with few
        // events have few installations.
        var events = new List<StoredEvent>();
        for (var i = 0; i < 10; i++)
        {
            for (var n = 0; n < 1 << i; n++)
                events.Add(Event(Noon, "list", "success", installation: 7 * i + n % 25, ("version", $"1.{i % 3}.{i}")));
        }

        Publish(events);
        var rows = Read("versions");
        Assert.Equal(1023, rows.Sum(r => r.Occurrences));
        Assert.True(rows.Count > 1);
        var seen = 0L;
        foreach (var row in rows)
        {
            Assert.Equal(0, seen & row.Occurrences);
            seen |= row.Occurrences;
            var counted = events.Where(e => (row.Occurrences >> int.Parse(e.Fields["version"][4..], null) & 1) == 1);
            Assert.True(counted.Select(e => e.Installation).Distinct().Count() >= 20);
        }
    }

    [Fact]
    public void Without_small_cells_the_files_are_a_plain_count()
    {
        string[] countries = ["UG", "CI", "CW", "AX", "ZA"];
        string[] systems = ["debian.12", "debian.11", "ubuntu.24.04"];
        var events = new List<StoredEvent>();
        for (var i = 0; i < 3_000; i++)
        {
            events.Add(Event(
                Noon.AddDays(i % 4).AddSeconds(i), i % 2 == 0 ? "install" : "list", i % 3 == 0 ? "failure" : "success",
                installation: i % 997, ("version", "1.4.2"), ("os", "linux"), ("os_version", systems[i / 7 % 3]),
                ("country", countries[i / 11 % 5])));
        }

        Publish(events);
        Assert.Equal(Recount(events, e => [e.Event, e.Status]), Lines("usage"));
        Assert.Equal(Recount(events, e => [e.Fields["os"], e.Fields["os_version"]]), Lines("systems"));
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["UG"] = "Uganda",
            ["CI"] = "Ivory Coast",
            ["CW"] = "Curaçao",
            ["AX"] = "Åland Islands",
            ["ZA"] = "South Africa",
        };
        Assert.Equal(Recount(events, e => [names[e.Fields["country"]]]), Lines("countries"));
        // In the order of UTF-8 bytes the Åland Islands come after South Africa and Uganda.
        Assert.Equal("Åland Islands", Read("countries")[4].Values[0]);
    }

    [Fact]
    public void Events_of_other_datasets_days_and_tools_are_not_counted()
    {
        Publish([.. TwentyInstallations(Noon), Event(Noon, "build", "success", 1, ("port", "zlib"))]);
        Assert.Empty(Read("builds"));
        Assert.Equal(20, Assert.Single(Read("usage")).Occurrences);
    }

    [Fact]
    public void Events_of_development_builds_are_not_published_and_do_not_count_towards_the_minimum()
    {
        var dev = Enumerable.Range(100, 30).Select(i => Event(Noon, "list", "failure", i) with { Development = true });
        var few = Enumerable.Range(0, 15).Select(i => Event(Noon.AddDays(1), "list", "success", i));
        var moreDev = Enumerable.Range(200, 15)
            .Select(i => Event(Noon.AddDays(1), "list", "success", i) with { Development = true });
        Publish([.. TwentyInstallations(Noon), .. dev, .. few, .. moreDev]);
        Assert.Equal(["2026-11-20 list/success 20"], Lines("usage"));
    }

    [Fact]
    public void A_preview_and_a_release_of_the_same_events_have_the_same_bytes()
    {
        List<StoredEvent> events =
            [.. TwentyInstallations(Noon), .. Enumerable.Range(0, 9).Select(i => Event(Noon, "search", "success", i))];
        StoredEvents.Write(_folder["data"], _manifest, events);
        using var store = new DuckDbEventStore(_folder["data"]);
        foreach (var (now, provisional) in new[] { (Some.Shown(Some.Day), true), (Some.Closed, false) })
        {
            var name = provisional ? "preview" : "release";
            new Publisher(new StoreCells(store), new FakeTimeProvider(now)).Publish(
                new PublishRequest([_manifest], Some.Quarter, _folder[name], _folder[name + "-days"], provisional));
        }

        foreach (var dataset in _manifest.Datasets)
        {
            Assert.Equal(
                File.ReadAllBytes(_folder[$"preview/kmpkg/provisional/kmpkg-{dataset.Name}-2026-q4.tsv"]),
                File.ReadAllBytes(_folder[$"release/kmpkg/kmpkg-{dataset.Name}-2026-q4.tsv"]));
        }
    }

    [Fact]
    public void Publishing_from_rollups_gives_the_same_bytes_as_publishing_from_events()
    {
        var random = new Random(4);
        string[] names = ["search", "list", "install", "remove", "build"];
        string[] systems = ["debian.12", "ubuntu.24.04", "arch"];
        List<StoredEvent> events =
        [
            .. Enumerable.Range(0, 3_000).Select(i => Event(
                Noon.AddDays(random.Next(5)), names[random.Next(5)], random.Next(4) == 0 ? "failure" : "success",
                random.Next(150),
                ("version", $"1.{random.Next(3)}.{random.Next(4)}"), ("os", "linux"),
                ("os_version", systems[random.Next(3)]), ("country", random.Next(9) == 0 ? "UG" : "DE"),
                ("port", random.Next(3) == 0 ? "zlib" : "curl"))),
        ];
        foreach (var folder in new[] { "events", "rolled" })
        {
            // The last third arrives late, after the first two thirds were rolled up.
            StoredEvents.Write(_folder[$"{folder}-data"], _manifest, events.Take(2_000));
            Roll(folder);
            StoredEvents.Write(_folder[$"{folder}-data"], _manifest, events.Skip(2_000));
            Roll(folder);
            using var store = new DuckDbEventStore(_folder[$"{folder}-data"]);
            new Publisher(new StoreCells(store), new FakeTimeProvider(Some.Closed))
                .Publish(new PublishRequest([_manifest], Some.Quarter, _folder[folder], _folder[folder + "-days"]));
        }

        foreach (var dataset in _manifest.Datasets)
        {
            var file = $"kmpkg/kmpkg-{dataset.Name}-2026-q4.tsv";
            Assert.Equal(File.ReadAllBytes(_folder[$"events/{file}"]), File.ReadAllBytes(_folder[$"rolled/{file}"]));
            Assert.NotEmpty(Tsv.Read(_folder[$"rolled/{file}"]));
        }
    }

    void Roll(string folder)
    {
        if (folder is "events")
            return;
        using var store = new DuckDbEventStore(_folder[$"{folder}-data"]);
        store.Prepare(_manifest.Tool, Table.Of(_manifest), Rollup.Of(_manifest));
        var report = store.Maintain(_manifest.Tool, Some.Closed, 400, cancel: TestContext.Current.CancellationToken);
        Assert.True(report.Rolled > 0);
    }

    static DateTime Noon { get; } = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);

    static IEnumerable<StoredEvent> TwentyInstallations(DateTime time) =>
        Enumerable.Range(0, 20).Select(i => Event(time, "list", "success", i));

    static StoredEvent Event(
        DateTime time, string name, string status, int installation, params (string Name, string Value)[] fields) =>
        new(time, name, status, installation, fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal));

    void Publish(IEnumerable<StoredEvent> events)
    {
        StoredEvents.Write(_folder["data"], _manifest, events);
        using var store = new DuckDbEventStore(_folder["data"]);
        new Publisher(new StoreCells(store), new FakeTimeProvider(Some.Closed)).Publish(
            new PublishRequest([_manifest], Some.Quarter, _folder["public"], _folder["days"]));
    }

    string PathOf(string dataset) => _folder[$"public/kmpkg/kmpkg-{dataset}-2026-q4.tsv"];

    List<Published> Read(string dataset) => Tsv.Read(PathOf(dataset));

    List<string> Lines(string dataset) =>
        Read(dataset).ConvertAll(r => $"{r.Day} {string.Join('/', r.Values)} {r.Occurrences}");

    static List<string> Recount(List<StoredEvent> events, Func<StoredEvent, string[]> columns) =>
    [
        .. events.Select(e => $"{e.Time:yyyy-MM-dd} {string.Join('/', columns(e))}")
            .GroupBy(line => line, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}"),
    ];

    static ToolManifest SampleManifest()
    {
        var result = ManifestReader.Read(File.ReadAllText(Repository.KmpkgManifest));
        Assert.NotNull(result.Manifest);
        return result.Manifest;
    }
}
