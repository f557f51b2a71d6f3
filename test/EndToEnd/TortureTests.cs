// SPDX-License-Identifier: MIT
// Kills processes at random, some of them in containers that share the home; every complete line arrives exactly once.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class TortureTests(ITestOutputHelper output)
{
    const int Workers = 8;
    const int EventsEach = 1000;

    /// <summary>Low enough that each worker's tool is killed about a dozen times and leaves as many files.</summary>
    const int MaxEventsBetweenKills = 120;

    const string Manifest = """
        tallymark: 1
        tool: sample-tool
        version: 3
        purpose: to be killed at random
        recipient: the probe maintainers
        endpoint: https://collector.invalid/v1/batches
        repository: https://collector.invalid/tool
        contact: mailto:privacy@collector.invalid
        time: second
        retention: 30 days
        license: CC-BY-4.0
        consent:
          default: on
        notice:
          channel: setup
          more: docs/telemetry.md
        fields:
          installation:
            type: installation
            why: To know it.
            example: 5f0c6b9c7e8d4a33f5d7a1be3c0c4a5e8f1f0e6a2d3b4c5d6e7f8091a2b3c4d5
            published: false
        events:
          tally:
            why: To know it.
            fields:
              number:
                type: count
                why: To tell one event from every other.
                example: 1
                published: false

        """;

    readonly ConcurrentBag<int> _printed = [];
    int _kills;
    string _home = "";
    string _endpoint = "";

    string State => Path.Combine(_home, ".local/state/tallymark/sample-tool");

    [Fact]
    public async Task Every_complete_line_is_stored_exactly_once_when_processes_are_killed_at_random()
    {
        Assert.SkipUnless(await CanUnshare(),
            "the containers of this test need unshare(1) and the permission to use it");
        var seed = Environment.GetEnvironmentVariable("TALLYMARK_TORTURE_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : RandomNumberGenerator.GetInt32(1_000_000);
        output.WriteLine($"TALLYMARK_TORTURE_SEED={seed}");
        var folder = Directory.CreateTempSubdirectory("tallymark-torture-").FullName;
        try
        {
            _home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
            var manifests = Directory.CreateDirectory(Path.Combine(folder, "manifests")).FullName;
            await File.WriteAllTextAsync(Path.Combine(manifests, "telemetry.yaml"), Manifest,
                TestContext.Current.CancellationToken);
            await using var collector = await RunningCollector.Start(manifests);
            _endpoint = collector.Endpoint;
            Assert.Equal(0, (await Sample("telemetry", "notice")).ExitCode);

            await Torture(collector, seed);
            var last = await Sample("telemetry", "upload");
            Assert.True(last.ExitCode == 0, $"seed {seed}: {last.Errors}");
            Assert.Equal(0, await collector.Stop());
            await Compare(collector);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task Torture(RunningCollector collector, int seed)
    {
        using var end = new CancellationTokenSource();
        var workers = Enumerable.Range(0, Workers).Select(i => Record(i, new Random(seed + i))).ToList();
        var others = Enumerable.Range(0, 3).Select(i => Upload(i, new Random(seed + 100 + i), end.Token)).ToList();
        others.Add(KillCollector(collector, new Random(seed + 200), end.Token));
        await Task.WhenAll(workers);
        await end.CancelAsync();
        await Task.WhenAll(others);
    }

    // A tool is killed after it has printed a random number of events; its next run continues after them.
    async Task Record(int worker, Random random)
    {
        var next = worker * EventsEach;
        var end = next + EventsEach;
        while (next < end)
        {
            using var process = Start(worker % 2 == 1, "tally", Text(next), Text(end));
            var killAfter = random.Next(1, MaxEventsBetweenKills);
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (!int.TryParse(line, CultureInfo.InvariantCulture, out var number))
                    continue;
                _printed.Add(number);
                // The next number may have been written but not printed, so it is not used again.
                next = number + 2;
                if (--killAfter == 0)
                    Kill(process);
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    async Task Upload(int uploader, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var process = Start(uploader % 2 == 1, "telemetry", "upload");
            await KillAfter(process, random.Next(50, 900));
        }
    }

    // Only the time of the kill is random: the test waits for no state.
    static async Task KillCollector(RunningCollector collector, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var timer = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(200, 3000)));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, end);
            var reached = new TaskCompletionSource();
            await using var set = either.Token.Register(reached.SetResult);
            await reached.Task;
            await collector.Kill();
            await collector.StartAgain();
        }
    }

    async Task KillAfter(Process process, int milliseconds)
    {
        using var timer = new CancellationTokenSource(milliseconds);
        try
        {
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
        }

        // The pipe ends when all processes of a container have exited.
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    void Kill(Process process)
    {
        process.Kill();
        Interlocked.Increment(ref _kills);
    }

    async Task Compare(RunningCollector collector)
    {
        foreach (var folder in (string[])["spool", "building", "batches", "splitting", "rejected", "damaged"])
            Assert.Empty(FilesLeft(folder));

        // Includes events that a killed tool wrote but did not print.
        var sent = Directory.GetFiles(Path.Combine(State, "sent"), "*.ndjson", SearchOption.AllDirectories)
            .SelectMany(Numbers).Order().ToList();
        var stored = (await collector.Events("sample-tool"))
            .Select(row => int.Parse(row["number"].ToString(), CultureInfo.InvariantCulture)).Order().ToList();
        output.WriteLine($"printed {_printed.Count}, stored {stored.Count}, kills {_kills}");
        Assert.Equal(sent.Distinct(), sent);
        Assert.Equal(sent, stored);
        Assert.Empty(_printed.Except(stored));
        Assert.True(_kills >= Workers, $"only {_kills} processes were killed");
        Assert.InRange(stored.Count - _printed.Count, 0, Workers * EventsEach / 2);
    }

    /// <summary>Files that are not empty. A tool killed before its first line leaves an empty one.</summary>
    IEnumerable<string> FilesLeft(string folder)
    {
        var path = Path.Combine(State, folder);
        return Directory.Exists(path)
            ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0)
            : [];
    }

    static IEnumerable<int> Numbers(string file) =>
        File.ReadAllText(file).Split('\n')[..^1].Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("fields").GetProperty("number").GetInt32();
        });

    // In a container a process has PID 1 or 2 of a separate namespace; killing the container kills all its processes.
    Process Start(bool contained, params string[] arguments) => contained
        ? Product.Start("unshare",
            ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child", Product.Sample, .. arguments], Variables())
        : Product.Start(Product.Sample, arguments, Variables());

    Task<ProcessResult> Sample(params string[] arguments) =>
        Product.Run(Product.Sample, arguments, Variables(), TestContext.Current.CancellationToken);

    Dictionary<string, string> Variables() =>
        new(StringComparer.Ordinal) { ["HOME"] = _home, ["SAMPLE_COLLECTOR"] = _endpoint };

    static async Task<bool> CanUnshare() =>
        OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare")
        && (await Product.Run(
            "/usr/bin/unshare", ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "true"],
            new Dictionary<string, string>(StringComparer.Ordinal),
            TestContext.Current.CancellationToken)).ExitCode == 0;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
