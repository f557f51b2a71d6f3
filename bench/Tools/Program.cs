// SPDX-License-Identifier: MIT
// bench-tools COLLECTOR MANIFEST READER [DECLARED] [BUSY] [SECONDS] [RATE]: the cost of declared tools of which few are
// busy. 1. Start with new manifests, and store one batch of every tool. 2. Stop and start again: the measured start. 3.
// Batches of the busy tools for some seconds, RATE events per second in all; then memory (the peak since the start),
// descriptors and threads. 4. The measured stop. 5. DuckDB's own client counts the stored events of the busy tools,
// which must be those that were acknowledged.

using System.Diagnostics;
using System.Globalization;
using Tallymark.Bench.Tools;

const int Connections = 8;
const int EventsPerBatch = 50;

var (collector, manifest, reader) = (args[0], args[1], args[2]);
var declared = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1_000;
var busy = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 20;
var duration = TimeSpan.FromSeconds(args.Length > 5 ? double.Parse(args[5], CultureInfo.InvariantCulture) : 30);
var rate = args.Length > 6 ? double.Parse(args[6], CultureInfo.InvariantCulture) : 2_000;
var scratch = Directory.CreateTempSubdirectory("tallymark-bench-").FullName;
try
{
    var tools = Enumerable.Range(0, declared).Select(ToolRequests.NameOf).ToArray();
    var manifests = Directory.CreateDirectory(Path.Combine(scratch, "manifests")).FullName;
    var text = await File.ReadAllTextAsync(manifest);
    foreach (var tool in tools)
    {
        await File.WriteAllTextAsync(
            Path.Combine(manifests, $"{tool}.yaml"),
            text.Replace("tool: kmpkg", $"tool: {tool}", StringComparison.Ordinal));
    }

    // 1
    string[] serve =
    [
        "serve", "--data", Path.Combine(scratch, "data"), "--manifests", manifests, "--listen", "127.0.0.1:0",
        "--trusted-proxy", "127.0.0.1",
    ];
    var began = Stopwatch.GetTimestamp();
    using (var first = ServerProcess.Start(collector, serve))
    {
        Log($"first start, with {declared} new manifests: {Since(began):0.0} s, {first.Memory()} MB");
        began = Stopwatch.GetTimestamp();
        new Load(first.Address, new ToolRequests(tools, EventsPerBatch, rounds: 1), connections: 1)
            .Run(1e9, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Log($"one batch of each tool: {Since(began):0.0} s, {first.Memory()} MB, {first.Threads()} threads");
        began = Stopwatch.GetTimestamp();
        first.Stop();
        Log($"stop: {Since(began):0.0} s");
    }

    // 2
    began = Stopwatch.GetTimestamp();
    using var server = ServerProcess.Start(collector, serve);
    var start = Since(began);
    Log($"start: {start:0.0} s, {server.Memory()} MB");

    // 3
    var load = new Load(server.Address, new ToolRequests(tools[..busy], EventsPerBatch, int.MaxValue), Connections)
        .Run(rate, TimeSpan.Zero, duration);
    var (descriptors, threads, memory) = (server.Descriptors(), server.Threads(), server.PeakMemory());
    Log($"{load.Rate:0} events/s, p50 {load.Median:0.0} ms, p99 {load.P99:0.0} ms; {server.Memory()} MB now");

    // 4
    began = Stopwatch.GetTimestamp();
    server.Stop();
    var stop = Since(began);

    // 5
    var acked = load.Events + (busy * EventsPerBatch);
    var stored = tools[..busy].Sum(
        tool => StoreReader.Count(reader, Path.Combine(scratch, "data", "tools", tool)));
    Log($"acknowledged {acked}, stored {stored}");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"tools: declared={declared} busy={busy} rss_mb={memory} start_s={start:0.0} stop_s={stop:0.0} " +
        $"descriptors={descriptors} threads={threads}"));
    return acked == stored ? 0 : 1;
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

static double Since(long began) => Stopwatch.GetElapsedTime(began).TotalSeconds;

static void Log(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));
