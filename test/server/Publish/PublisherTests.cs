// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text.Json;

namespace Tallymark.Publish.Tests;

public sealed class PublisherTests : IDisposable
{
    readonly TempFolder _folder = new();

    // A test that does not name a folder of folded days gets a new one for each publication.
    readonly TempFolder _folded = new(inMemory: true);
    int _publications;

    static readonly Dataset Usage = Some.Dataset("usage", 20, ["install", "remove"], "event", "status");
    static readonly Dataset ByCountry = Some.Dataset("countries", 20, ["install", "remove"], "country");

    public void Dispose()
    {
        _folder.Dispose();
        _folded.Dispose();
    }

    [Fact]
    public void A_file_has_headings_and_rows_ordered_by_bytes_with_UTC_days()
    {
        Publish(
            Some.Manifest(Usage, ByCountry),
            Cell("2026-10-01", "install", "success", "UG", 20), Cell("2026-10-01", "install", "failure", "UG", 21),
            Cell("2026-12-31", "remove", "success", "CI", 22), Cell("2026-12-31", "install", "success", "CW", 23),
            Cell("2026-12-31", "install", "success", "?AF", 20, first: 100));
        Assert.Equal(
            "Timestamp\tOccurrences\tCommand\tStatus\n" +
            "2026-10-01\t21\tinstall\tfailure\n" +
            "2026-10-01\t20\tinstall\tsuccess\n" +
            "2026-12-31\t43\tinstall\tsuccess\n" +
            "2026-12-31\t22\tremove\tsuccess\n",
            File.ReadAllText(_folder["kmpkg/kmpkg-usage-2026-q4.tsv"]));
        Assert.Equal(
            "Timestamp\tOccurrences\tcountry\n" +
            "2026-10-01\t41\tUganda\n" +
            "2026-12-31\t20\tAfrica\n" +
            "2026-12-31\t23\tCuraçao\n" +
            "2026-12-31\t22\tIvory Coast\n",
            File.ReadAllText(_folder["kmpkg/kmpkg-countries-2026-q4.tsv"]));
    }

    [Fact]
    public void Small_countries_are_generalised_to_their_continent()
    {
        Publish(
            Some.Manifest(ByCountry),
            Cell("2026-11-20", "install", "success", "UG", 12),
            Cell("2026-11-20", "install", "success", "KE", 12, first: 20),
            Cell("2026-11-20", "install", "success", "DE", 30), Cell("2026-11-20", "install", "success", null, 20));
        Assert.Equal(
            ["Africa 24", "Germany 30", "none 20"],
            Tsv.Read(_folder["kmpkg/kmpkg-countries-2026-q4.tsv"]).ConvertAll(r => $"{r.Values[0]} {r.Occurrences}"));
    }

    [Fact]
    public void The_metadata_describes_the_file()
    {
        Publish(
            Some.Manifest(ByCountry),
            Cell("2026-11-20", "install", "success", "UG", 25), Cell("2026-11-21", "install", "success", "UG", 19));
        var json = Json("kmpkg/kmpkg-countries-2026-q4.json");
        var bytes = File.ReadAllBytes(_folder["kmpkg/kmpkg-countries-2026-q4.tsv"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), json.GetProperty("sha256").GetString());
        Assert.Equal(1, json.GetProperty("rows").GetInt32());
        Assert.Equal(25, json.GetProperty("occurrences").GetInt32());
        Assert.Equal(1, json.GetProperty("daysLeftOut").GetInt32());
        Assert.Equal(90, json.GetProperty("daysWithoutEvents").GetInt32());
        Assert.Equal(0, json.GetProperty("daysNotKept").GetInt32());
        Assert.Equal("[1]", json.GetProperty("manifests").GetRawText());
        Assert.Equal("2027-03-02T00:00:00Z", json.GetProperty("generated").GetString());
        Assert.Equal("2026-10-01", json.GetProperty("from").GetString());
        Assert.Equal("2026-12-31", json.GetProperty("to").GetString());
        Assert.Equal("2026-12-31", json.GetProperty("through").GetString());
        Assert.Equal("2026-12-31", json.GetProperty("through").GetString());
        Assert.Equal(20, json.GetProperty("minimum").GetInt32());
        Assert.False(json.GetProperty("provisional").GetBoolean());
        Assert.Equal("CC-BY-4.0", json.GetProperty("license").GetString());
        Assert.Equal(
            "Country data: NRO, CC BY 4.0, through ip-location-db", json.GetProperty("attribution")[0].GetString());
        Assert.Equal(
            """
            [{"name":"Timestamp","from":"day","values":"date"},
            {"name":"Occurrences","from":"occurrences","values":"integer"},
            {"name":"country","from":"field","values":"text","field":"country","type":"country","why":"To learn about country."}]
            """.ReplaceLineEndings(""),
            json.GetProperty("columns").GetRawText());
        Assert.Contains("CC-BY-4.0", Text("kmpkg/LICENSE.txt"));
        Assert.Contains("ip-location-db", Text("kmpkg/LICENSE.txt"));
        Assert.Contains("To learn about installation.", Text("kmpkg/dictionary.md"));
        Assert.Equal("kmpkg", Json("kmpkg/dictionary.json").GetProperty("tool").GetString());
    }

    [Fact]
    public void A_day_is_written_in_the_form_that_the_manifest_asks_for()
    {
        var usage = Usage with
        {
            Columns = [Usage.Columns[0] with { Form = DayForm.MonthDayYear }, .. Usage.Columns.Skip(1)],
        };
        Publish(
            Some.Manifest(usage),
            Cell("2026-11-02", "install", "success", "UG", 25), Cell("2026-12-10", "install", "success", "UG", 20));
        var lines = Text("kmpkg/kmpkg-usage-2026-q4.tsv").Split('\n');
        Assert.StartsWith("11/2/2026 0:00\t25\t", lines[1]);
        Assert.StartsWith("12/10/2026 0:00\t20\t", lines[2]);
        Assert.Contains(
            """{"name":"Timestamp","from":"day","values":"date","form":"M/d/yyyy H:mm"}""", Text("kmpkg/kmpkg-usage-2026-q4.json"));
        Assert.Equal("M/d/yyyy H:mm",
            Json("kmpkg/dictionary.json").GetProperty("datasets")[0].GetProperty("columns")[0].GetProperty("form")
                .GetString());
        Assert.Contains("| `Timestamp` | the day (UTC), as `M/d/yyyy H:mm` |", Text("kmpkg/dictionary.md"));
    }

    [Fact]
    public void The_indexes_list_the_released_datasets()
    {
        var manifest = Some.Manifest(Usage, ByCountry);
        Publish(manifest, [Cell("2026-11-20", "install", "success", "UG", 25)], dataset: "countries");
        Publish(manifest, [Cell("2026-11-20", "install", "success", "UG", 25)]);
        Assert.Equal(
            """{"tallymark":1,"tools":[{"tool":"kmpkg","title":"kmpkg, the tool"}]}""" + "\n", Text("index.json"));
        Assert.Equal(
            """
            {"tallymark":1,"tool":"kmpkg","title":"kmpkg, the tool","provisional":false,
            "periods":[{"period":"2026-q4","datasets":[
            {"name":"usage","title":"usage","tsv":"kmpkg-usage-2026-q4.tsv","metadata":"kmpkg-usage-2026-q4.json"},
            {"name":"countries","title":"countries","tsv":"kmpkg-countries-2026-q4.tsv",
            "metadata":"kmpkg-countries-2026-q4.json"}]}]}
            """.ReplaceLineEndings("") + "\n",
            Text("kmpkg/index.json"));
    }

    [Fact]
    public void The_refusal_of_an_open_period_names_the_day_on_which_it_closes()
    {
        var refused = Assert.Throws<PublishException>(
            () => Publish(Some.Manifest(Usage), [], now: Some.Closed.AddSeconds(-1)));
        Assert.Contains("until 2027-03-02 00:00 UTC", refused.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_future_period_and_an_unknown_dataset_are_refused()
    {
        var manifest = Some.Manifest(Usage);
        Assert.Contains("has not begun", Assert.Throws<PublishException>(
            () => Publish(manifest, [], now: new(2026, 9, 30, 23, 59, 59, TimeSpan.Zero), provisional: true)).Message);
        Assert.Contains("Its datasets: usage.", Assert.Throws<PublishException>(
            () => Publish(manifest, [], dataset: "use")).Message);
        Assert.Contains("no datasets", Assert.Throws<PublishException>(() => Publish(Some.Manifest(), [])).Message);
        Assert.Contains("without --provisional", Assert.Throws<PublishException>(
            () => Publish(manifest, [], provisional: true)).Message);
        Assert.Contains("Leave out --dataset", Assert.Throws<PublishException>(
            () => Publish(manifest, [], now: Some.During, provisional: true, dataset: "usage")).Message);
    }

    [Fact]
    public void A_preview_is_in_a_separate_folder_and_is_removed_by_the_release()
    {
        var manifest = Some.Manifest(Usage);
        Atom[] atoms = [Cell("2026-10-20", "install", "success", "UG", 25)];
        var days = _folded["days"];
        Publish(manifest, atoms, now: Some.Shown(new(2026, 10, 20)), provisional: true, folded: days);
        Assert.Equal(25, Assert.Single(Tsv.Read(_folder["kmpkg/provisional/kmpkg-usage-2026-q4.tsv"])).Occurrences);
        Assert.True(Json("kmpkg/provisional/kmpkg-usage-2026-q4.json").GetProperty("provisional").GetBoolean());
        Assert.Equal(1, Json("kmpkg/provisional/index.json").GetProperty("periods").GetArrayLength());
        Assert.Equal(0, Json("kmpkg/index.json").GetProperty("periods").GetArrayLength());

        Publish(manifest, atoms, folded: days);
        Assert.False(File.Exists(_folder["kmpkg/provisional/kmpkg-usage-2026-q4.tsv"]));
        Assert.Equal(0, Json("kmpkg/provisional/index.json").GetProperty("periods").GetArrayLength());
        Assert.Equal(25, Assert.Single(Tsv.Read(_folder["kmpkg/kmpkg-usage-2026-q4.tsv"])).Occurrences);
    }

    [Fact]
    public void A_day_is_in_a_preview_60_days_after_it_ended_and_stays_as_it_was()
    {
        var manifest = Some.Manifest(Usage);
        var days = _folded["days"];
        var day = new DateOnly(2026, 10, 20);
        Look(Some.Shown(day).AddSeconds(-1), installations: 25);
        Assert.Empty(Preview());
        Assert.Equal(
            "2026-10-19", Json("kmpkg/provisional/kmpkg-usage-2026-q4.json").GetProperty("through").GetString());
        Look(Some.Shown(day), installations: 30);
        Assert.Equal(
            "2026-10-20", Json("kmpkg/provisional/kmpkg-usage-2026-q4.json").GetProperty("through").GetString());
        foreach (var installations in new[] { 31, 24, 0 }) // an event that was late in the store; deletions
        {
            Look(Some.Shown(day.AddDays(1)), installations);
            Assert.Equal(30, Assert.Single(Preview()).Occurrences);
        }

        Publish(manifest, [], folded: days);
        Assert.Equal(30, Assert.Single(Tsv.Read(_folder["kmpkg/kmpkg-usage-2026-q4.tsv"])).Occurrences);

        void Look(DateTimeOffset now, int installations) => Publish(
            manifest, [Cell("2026-10-20", "install", "success", "UG", installations)], now, provisional: true,
            folded: days);

        List<Published> Preview() => Tsv.Read(_folder["kmpkg/provisional/kmpkg-usage-2026-q4.tsv"]);
    }

    [Fact]
    public void A_preview_before_any_day_may_be_shown_has_headings_only()
    {
        Publish(
            Some.Manifest(Usage), [Cell("2026-10-01", "install", "success", "UG", 25)], now: Some.During,
            provisional: true);
        Assert.Equal(
            "Timestamp\tOccurrences\tCommand\tStatus\n", Text("kmpkg/provisional/kmpkg-usage-2026-q4.tsv"));
        Assert.False(Json("kmpkg/provisional/kmpkg-usage-2026-q4.json").TryGetProperty("through", out _));
        Assert.Equal("2026-10-01", Json("kmpkg/provisional/kmpkg-usage-2026-q4.json").GetProperty("from").GetString());
    }

    [Fact]
    public void A_released_file_is_never_changed()
    {
        var manifest = Some.Manifest(Usage);
        Publish(manifest, Cell("2026-11-20", "install", "success", "UG", 25));
        var before = Snapshot();
        var same = Publish(manifest, [Cell("2026-11-20", "install", "success", "UG", 25)], now: Some.Closed.AddDays(9));
        Assert.False(Assert.Single(same).Written);
        Assert.Equal(before, Snapshot());

        var fewer = Publish(manifest, Cell("2026-11-20", "install", "success", "UG", 24));
        Assert.Equal((25, false), (Assert.Single(fewer).Occurrences, fewer[0].Written));
        Assert.Equal(before, Snapshot());

        File.AppendAllText(_folder["kmpkg/kmpkg-usage-2026-q4.tsv"], "2026-11-21\t20\tinstall\tsuccess\n");
        var refused = Assert.Throws<PublishException>(
            () => Publish(manifest, Cell("2026-11-20", "install", "success", "UG", 25)));
        Assert.Contains("never changed", refused.Message);
    }

    [Fact]
    public void A_dataset_is_not_added_to_a_release_whose_files_would_now_differ()
    {
        var manifest = Some.Manifest(Usage, ByCountry);
        Publish(manifest, [Cell("2026-11-20", "install", "success", "UG", 25)], dataset: "usage");
        var before = Snapshot();
        Assert.Contains("countries is not added", Assert.Throws<PublishException>(() => Publish(
            manifest, [Cell("2026-11-20", "install", "success", "UG", 26)], dataset: "countries")).Message);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void Publishing_again_completes_an_interrupted_release()
    {
        var manifest = Some.Manifest(Usage, ByCountry);
        Publish(manifest, Cell("2026-11-20", "install", "success", "UG", 25));
        var whole = Snapshot();
        File.Delete(_folder["kmpkg/index.json"]);
        File.Delete(_folder["kmpkg/kmpkg-usage-2026-q4.json"]);
        File.Delete(_folder["kmpkg/kmpkg-countries-2026-q4.tsv"]);
        File.WriteAllText(_folder["kmpkg/.kmpkg-countries-2026-q4.tsv.new"], "half");
        Publish(manifest, Cell("2026-11-20", "install", "success", "UG", 25));
        Assert.Equal(whole, Snapshot());
    }

    [Fact]
    public void A_failure_while_reading_leaves_no_file()
    {
        var clock = new FakeTimeProvider(Some.Closed);
        var manifest = Some.Manifest(Usage);
        Assert.Throws<Store.StoreException>(
            () => new Publisher(new BrokenCells(), clock)
                .Publish(new PublishRequest([manifest], Some.Quarter, _folder.Path, _folded.Path)));
        Assert.Equal([".publish.lock"], Files());
    }

    [Fact]
    public void A_damaged_index_is_reported_before_anything_is_written()
    {
        File.WriteAllText(_folder["index.json"], "{");
        var refused = Assert.Throws<PublishException>(() => Publish(Some.Manifest(Usage), []));
        Assert.Contains("index.json", refused.Message);
        Assert.Equal([".publish.lock", "index.json"], Files());
    }

    [Fact]
    public void Two_publishers_can_not_write_one_folder_at_once()
    {
        using var other =
            new FileStream(_folder[".publish.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var refused = Assert.Throws<PublishException>(() => Publish(Some.Manifest(Usage), []));
        Assert.Contains("Another publisher", refused.Message);
    }

    [Fact]
    public void A_value_with_a_tab_is_never_written()
    {
        var cell = Cell("2026-11-20", "install", "success", "UG", 25);
        var broken = cell with
        {
            Values = new Dictionary<string, string?>(cell.Values, StringComparer.Ordinal) { ["status"] = "a\tb" },
        };
        Assert.Throws<InvalidOperationException>(() => Publish(Some.Manifest(Usage), broken));
        Assert.Equal([".publish.lock"], Files());
    }

    [Fact]
    public void Each_dataset_group_takes_one_query_a_day_for_its_own_columns()
    {
        var cells = new MemoryCells([]);
        new Publisher(cells, new FakeTimeProvider(Some.Closed)).Publish(
            new PublishRequest([Some.Manifest(Usage, ByCountry)], Some.Quarter, _folder.Path, _folded.Path));
        Assert.Equal(2 * 92, cells.Queries.Count);
        Assert.All(cells.Queries, q => Assert.Equal(q.From, q.To));
        Assert.Equal(
            ["country manifest", "event status manifest"],
            cells.Queries.ConvertAll(q => string.Join(' ', q.Columns)).ToHashSet(StringComparer.Ordinal));
        Assert.All(cells.Queries, q => Assert.Equal("installation", q.Installation));
    }

    IReadOnlyList<PublishedFile> Publish(ToolManifest manifest, params Atom[] atoms) =>
        Publish(manifest, atoms, now: null);

    IReadOnlyList<PublishedFile> Publish(
        ToolManifest manifest, Atom[] atoms, DateTimeOffset? now = null, bool provisional = false,
        string? dataset = null, string? folded = null) =>
        new Publisher(new MemoryCells(atoms), new FakeTimeProvider(now ?? Some.Closed))
            .Publish(new PublishRequest(
                [manifest], Some.Quarter, _folder.Path, folded ?? _folded[$"{_publications++}"], provisional, dataset));

    static Atom Cell(string day, string name, string status, string? country, int installations, int first = 0) => new(
        DateOnly.ParseExact(day, "yyyy-MM-dd", null), name,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["status"] = status, ["country"] = country },
        installations, [.. Some.Installations(installations, first)]);

    string Text(string name) => File.ReadAllText(_folder[name]);

    JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(_folder[name])).RootElement;

    List<string> Files() =>
    [
        .. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder.Path, f)).Order(StringComparer.Ordinal),
    ];

    // The name of every file and a hash of its bytes.
    string Snapshot() => string.Join(
        '\n', Files().Select(f => f + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder[f])))));

    sealed class BrokenCells : ICellSource
    {
        public IEnumerable<Store.Cell> Cells(string tool, Store.CellQuery query) =>
            throw new Store.StoreException("The store is broken.");

        public DateOnly KeptFrom(string tool) => DateOnly.MinValue;
    }
}
