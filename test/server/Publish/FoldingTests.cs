// SPDX-License-Identifier: MIT

using System.Text.Json;
using Tallymark.Publish.Folding;

namespace Tallymark.Publish.Tests;

/// <summary>Days are folded before a real store removes their events, and a release needs nothing else.</summary>
public sealed class FoldingTests : IDisposable
{
    static readonly Dataset Usage = Some.Dataset("usage", 20, ["install", "remove"], "event", "status");
    static readonly Dataset Systems = Some.Dataset("systems", 20, ["install", "remove"], "os", "os_version");

    readonly TempFolder _folder = new();
    readonly ToolManifest _manifest = Some.Manifest(Usage, Systems) with { RetentionDays = 90 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_release_has_the_days_whose_events_have_expired_byte_for_byte()
    {
        var events = Events();
        foreach (var folder in new[] { "kept", "expired" })
            StoredEvents.Write(_folder[folder + "/data"], _manifest, events);

        // A collector that keeps its events for 90 days, from the first day of the quarter to its release.
        for (var now = Some.Quarter.From; now <= LastDay; now = now.AddDays(10))
            Maintain("expired", now);
        Maintain("expired", LastDay);
        using (var store = new DuckDbEventStore(_folder["expired/data"]))
            Assert.Equal(LastDay.AddDays(-90), store.KeptFrom("kmpkg"));

        Publish("kept");
        Publish("expired");
        foreach (var dataset in _manifest.Datasets)
        {
            var file = $"public/kmpkg/kmpkg-{dataset.Name}-2026-q4.tsv";
            Assert.Equal(File.ReadAllBytes(_folder["kept/" + file]), File.ReadAllBytes(_folder["expired/" + file]));
            Assert.Equal(3, Tsv.Read(_folder["expired/" + file]).Select(r => r.Day[..7]).Distinct().Count());
        }

        var metadata = Metadata("expired", "usage");
        Assert.Equal(0, metadata.GetProperty("daysNotKept").GetInt32());
        Assert.Equal(92 - 4, metadata.GetProperty("daysWithoutEvents").GetInt32());
    }

    [Fact]
    public void Folded_days_name_no_installation()
    {
        StoredEvents.Write(_folder["expired/data"], _manifest, Events());
        Maintain("expired", LastDay);
        var files = Directory.GetFiles(_folder["expired/data/folded"]);
        Assert.Equal(6, files.Length); // and the state
        foreach (var file in files)
        {
            Assert.DoesNotMatch("[0-9a-f]{64}", File.ReadAllText(file));
            Assert.DoesNotContain("nstallation", File.ReadAllText(file));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(OwnerFile.Mode, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Days_without_events_and_days_whose_events_were_not_kept_are_told_apart()
    {
        StoredEvents.Write(_folder["late/data"], _manifest, Events());
        using (var store = new DuckDbEventStore(_folder["late/data"])) // as a version without folding did
        {
            store.Maintain(
                "kmpkg", new DateTimeOffset(LastDay, TimeOnly.MinValue, TimeSpan.Zero), 90,
                cancel: TestContext.Current.CancellationToken);
        }

        var files = Publish("late");
        Assert.Equal(LastDay.AddDays(-90).DayNumber - Some.Quarter.From.DayNumber, files[0].DaysNotKept);
        var metadata = Metadata("late", "usage");
        Assert.Equal(files[0].DaysNotKept, metadata.GetProperty("daysNotKept").GetInt32());
        Assert.Equal(
            92 - files[0].DaysNotKept - 1, metadata.GetProperty("daysWithoutEvents").GetInt32());
    }

    [Fact]
    public void A_missing_dataset_is_added_after_a_deletion_and_the_released_one_stays()
    {
        StoredEvents.Write(_folder["kept/data"], _manifest, Events());
        Assert.True(Assert.Single(Publish("kept", "usage")).Written);
        var usage = File.ReadAllText(_folder["kept/public/kmpkg/kmpkg-usage-2026-q4.tsv"]);
        using (var store = new DuckDbEventStore(_folder["kept/data"]))
        {
            store.Delete("kmpkg", Table.Of(_manifest), [$"{3:x64}"]);
            store.Maintain(
                "kmpkg", Some.Closed, Retention.Unlimited, cancel: TestContext.Current.CancellationToken);
        }

        var all = Publish("kept");
        Assert.Equal([false, true], all.Select(f => f.Written));
        Assert.Equal(usage, File.ReadAllText(_folder["kept/public/kmpkg/kmpkg-usage-2026-q4.tsv"]));
        Assert.Equal(all[0].Occurrences, all[1].Occurrences); // both show the days as they were folded
        Assert.Equal([false, false], Publish("kept").Select(f => f.Written));
    }

    [Fact]
    public void Of_several_processes_that_fold_one_day_at_once_all_show_the_first_one_s_rows()
    {
        var day = new DateOnly(2026, 10, 1);
        var shown = new FoldedDay[16];
        Parallel.For(0, shown.Length, number => shown[number] = new FoldedDays(_folder["folded"]).Add(new FoldedDay(
            day, [new FoldedGroup([1], ["install"], ["os"], false, [new PublishedRow(["linux"], 20 + number)])])));
        var stored = new FoldedDays(_folder["folded"]).Find(day)!.Groups[0].Rows[0].Occurrences;
        Assert.All(shown, one => Assert.Equal(stored, one.Groups[0].Rows[0].Occurrences));
        Assert.Equal(["2026-10-01.json"], Directory.GetFiles(_folder["folded"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_damaged_folded_day_is_reported_and_nothing_is_released()
    {
        StoredEvents.Write(_folder["kept/data"], _manifest, Events());
        Maintain("kept", LastDay);
        File.WriteAllText(_folder["kept/data/folded/2026-10-01.json"], "{");
        Assert.Contains("2026-10-01.json can't be read", Assert.Throws<StoreException>(() => Publish("kept")).Message);
        Assert.Empty(Directory.GetFiles(_folder["kept/public"], "*.tsv", SearchOption.AllDirectories));
    }

    static DateOnly LastDay { get; } = new(2027, 3, 2);

    // 25 installations on five days; those of the first days are expired at the release.
    static List<StoredEvent> Events()
    {
        DateTime[] days =
        [
            new(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc), new(2026, 10, 31, 12, 0, 0, DateTimeKind.Utc),
            new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc), new(2026, 12, 31, 23, 59, 59, DateTimeKind.Utc),
            new(2026, 9, 30, 23, 59, 59, DateTimeKind.Utc),
        ];
        return
        [
            .. days.SelectMany(day => Enumerable.Range(0, 45).Select(i => new StoredEvent(
                day, i % 2 == 0 ? "install" : "remove", i % 9 == 0 ? "failure" : "success", i,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["os"] = "linux",
                    ["os_version"] = i % 2 == 0 ? "debian.12" : $"ubuntu.{i}.04",
                }))),
        ];
    }

    // As the collector does: fold what can't change any more, then expire.
    void Maintain(string folder, DateOnly today)
    {
        var now = new DateTimeOffset(today, TimeOnly.MinValue, TimeSpan.Zero);
        using var store = new DuckDbEventStore(_folder[folder + "/data"]);
        store.Prepare("kmpkg", Table.Of(_manifest), Rollup.Of(_manifest));
        var folding = new DayFolding(_ => _folder[folder + "/data/folded"]);
        if (folding.IsDue([_manifest], now))
            folding.FoldDue([_manifest], store, now, TestContext.Current.CancellationToken);
        Assert.False(folding.IsDue([_manifest], now));
        store.Maintain(
            "kmpkg", now, Retention.Of([_manifest]), cancel: TestContext.Current.CancellationToken);
    }

    IReadOnlyList<PublishedFile> Publish(string folder, string? dataset = null)
    {
        using var store = new DuckDbEventStore(_folder[folder + "/data"]);
        return new Publisher(new StoreCells(store), new FakeTimeProvider(Some.Closed)).Publish(new PublishRequest(
            [_manifest], Some.Quarter, _folder[folder + "/public"], _folder[folder + "/data/folded"],
            Dataset: dataset));
    }

    JsonElement Metadata(string folder, string dataset) => JsonDocument.Parse(File.ReadAllBytes(
        _folder[$"{folder}/public/kmpkg/kmpkg-{dataset}-2026-q4.json"])).RootElement;
}
