// SPDX-License-Identifier: MIT
// `tallymark publish` on a real store, with and without a running collector.

using System.Diagnostics;
using System.Text.Json;

namespace Tallymark.Cli.Tests;

public sealed class PublishTests : IDisposable
{
    const string Quarter = "2026-q4";

    // At the clock of all processes, Quarter is open, and Day ended 60 days ago.
    static readonly DateTimeOffset Now = new(2026, 12, 15, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTime Day = new(2026, 10, 5, 0, 0, 0, DateTimeKind.Utc);

    readonly MovedClock _clock = MovedClock.Create();
    readonly Command _tallymark = new();

    public PublishTests()
    {
        _clock.MoveTo(Now);
        foreach (var (name, value) in _clock.Variables)
            _tallymark.Environment[name] = value;
    }

    public void Dispose()
    {
        _tallymark.Dispose();
        _clock.Dispose();
    }

    [Fact]
    public async Task A_running_collector_and_its_files_alone_publish_the_same_bytes()
    {
        WriteStore();
        var alone = await Publish("alone");
        Assert.True(alone.ExitCode == 0, alone.Errors);
        Assert.Contains($"alone/kmpkg/provisional/kmpkg-usage-{Quarter}.tsv: 1 row, 25 occurrences\n", alone.Output);
        Assert.Contains($"kmpkg {Quarter}: counting", alone.Errors);

        await using (await _tallymark.Serve())
        {
            var asked = await Publish("asked");
            Assert.True(asked.ExitCode == 0, asked.Errors);
        }

        var files = Directory.GetFiles(_tallymark["alone/kmpkg/provisional"], "*.tsv");
        Assert.Equal(5, files.Length);
        Assert.All(files, file => Assert.Equal(
            File.ReadAllBytes(file),
            File.ReadAllBytes(Path.Combine(_tallymark["asked/kmpkg/provisional"], Path.GetFileName(file)))));
    }

    [Fact]
    public async Task The_summary_of_one_dataset_can_be_written_as_JSON()
    {
        WriteStore();
        _clock.MoveTo(Now.AddDays(100)); // the quarter is closed
        var ended = await _tallymark.Run(
            "publish", "--tool", "kmpkg", "--period", Quarter, "--to", "public", "--data", "data", "--json", "--dataset",
            "versions");
        var file = Assert.Single(JsonDocument.Parse(ended.Output).RootElement.GetProperty("files").EnumerateArray());
        Assert.Equal("versions", file.GetProperty("dataset").GetString());
        Assert.Equal(25, file.GetProperty("occurrences").GetInt64());
        Assert.True(file.GetProperty("written").GetBoolean());
        Assert.Equal(["versions"], JsonDocument.Parse(File.ReadAllBytes(_tallymark["public/kmpkg/index.json"]))
            .RootElement.GetProperty("periods")[0].GetProperty("datasets").EnumerateArray()
            .Select(d => d.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task A_collector_with_a_public_folder_publishes_by_itself()
    {
        WriteStore();
        await using (var collector = await _tallymark.Serve("--public", _tallymark["public"]))
        {
            await collector.WaitForLog($"published kmpkg {Quarter}");
            var page = new Uri(collector.Address, $"public/kmpkg/provisional/kmpkg-usage-{Quarter}.tsv");
            using var client = new HttpClient();
            var served = await client.GetStringAsync(page, TestContext.Current.CancellationToken);
            Assert.StartsWith("Timestamp\t", served, StringComparison.Ordinal);
            Assert.Equal(0, (await collector.Stop()).ExitCode);
        }

        await Publish("alone");
        Assert.All(
            Directory.GetFiles(_tallymark["alone/kmpkg/provisional"], "*.tsv"),
            file => Assert.Equal(
                File.ReadAllBytes(file),
                File.ReadAllBytes(Path.Combine(_tallymark["public/kmpkg/provisional"], Path.GetFileName(file)))));
    }

    [Fact]
    public async Task The_publisher_of_a_killed_collector_ends_too()
    {
        WriteStore();
        _tallymark.CreateFolder("public");
        var index = _tallymark["public/index.json"];
        Assert.SkipUnless(Programs.Works("mkfifo", index), "mkfifo is required.");
        await using var collector = await _tallymark.Serve("--public", _tallymark["public"]);

        // It completes when the publisher reads the index, which then waits for a text that never comes.
        await using var held = await Task.Run(
            () => new FileStream(index, FileMode.Open, FileAccess.Write), TestContext.Current.CancellationToken);
        using var publisher = Process.GetProcessById(Children.OnlyOf(collector.Id));
        try
        {
            await collector.Kill();
            await publisher.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!publisher.HasExited)
                publisher.Kill();
        }
    }

    [Fact]
    public async Task A_preview_of_one_dataset_is_refused()
    {
        WriteStore();
        var refused = await Publish("public", "--dataset", "versions");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Leave out --dataset.", refused.Errors);
    }

    [Fact]
    public async Task Each_command_says_that_it_leaves_out_events_of_development_builds()
    {
        WriteStore();
        File.WriteAllText(_tallymark["data/tools/kmpkg/totals.json"], """
            {"tallymark":1,"noted":"2026-11-20T10:51:21Z","received":28,"stored":28,"dropped":{},"refused":0,
             "development":3,"removed":0}
            """);
        File.SetLastWriteTimeUtc(_tallymark["data/tools/kmpkg/totals.json"], Now.UtcDateTime);
        const string Note = "3 events of development builds of kmpkg (debug builds) are stored apart";
        string[] data = ["--data", "data"];
        Assert.Contains(Note, (await _tallymark.Run(["status", .. data])).Output);
        Assert.Contains($"tallymark publish: {Note}", (await Publish("public")).Errors);
        var query = await _tallymark.Run(["query", "--tool", "kmpkg", "SELECT count(*) FROM list", .. data]);
        Assert.True(query.ExitCode == 0, query.All);
        Assert.Contains($"tallymark query: {Note}", query.Errors);
        Assert.DoesNotContain(
            Note, (await _tallymark.Run(["query", "--tool", "kmpkg", "SELECT count(*) FROM dev.list", .. data])).Errors);
    }

    [Fact]
    public async Task A_second_preview_of_the_same_events_reports_that_nothing_changed()
    {
        WriteStore();
        await Publish("public");
        var again = await Publish("public");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Nothing to do", again.Errors);
    }

    [Fact]
    public async Task A_refusal_says_what_to_do_and_has_exit_code_1()
    {
        WriteStore();
        string[] rest = ["--period", Quarter, "--to", "public", "--data", "data"];
        var open = await _tallymark.Run(["publish", "--tool", "kmpkg", .. rest]);
        Assert.Equal(1, open.ExitCode);
        Assert.Contains("--provisional", open.Errors);
        Assert.False(Directory.Exists(_tallymark["public"]));

        var unknown = await _tallymark.Run(["publish", "--tool", "../kmpkg", .. rest]);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("Its tools: kmpkg.", unknown.Errors);

        var nowhere = await _tallymark.Run("publish", "--tool", "kmpkg", "--period", Quarter, "--to", "public");
        Assert.Equal(1, nowhere.ExitCode);
        Assert.Contains(_tallymark[".local/share/tallymark-collector"], nowhere.Errors);
        Assert.Contains("--data", nowhere.Errors);
    }

    [Fact]
    public async Task An_invalid_period_has_exit_code_2()
    {
        var ended = await _tallymark.Run("publish", "--tool", "kmpkg", "--period", "2026-13", "--to", "public");
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("2026-q4", ended.Errors);
    }

    Task<ProcessResult> Publish(string to, params string[] more) => _tallymark.Run(
        ["publish", "--tool", "kmpkg", "--period", Quarter, "--provisional", "--to", to, "--data", "data", .. more]);

    // 25 installations, each with one `list` event, in the data folder of a stopped collector.
    void WriteStore()
    {
        var text = File.ReadAllText(Repository.KmpkgManifest);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = "1.4.2",
            ["os"] = "linux",
            ["os_version"] = "debian.12",
            ["country"] = "UG",
        };
        StoredEvents.Write(
            _tallymark["data"], ManifestReader.Read(text).Manifest!,
            Enumerable.Range(0, 25).Select(i => new StoredEvent(Day, "list", "success", i, fields)));
        Directory.CreateDirectory(_tallymark["data/tools/kmpkg/manifests"]);
        File.WriteAllText(_tallymark["data/tools/kmpkg/manifests/2.yaml"], text);
    }
}
