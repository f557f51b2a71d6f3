// SPDX-License-Identifier: MIT
// bench-ingest COLLECTOR MANIFESTS READER [SECONDS]: how many events per second the collector acknowledges, and how
// soon, next to its two limits. 1. Kestrel alone, which reads the same bodies. 2. The same rows straight into DuckDB.
// 3. The collector: batches of 50, uncompressed, as fast as it can; at half of that rate, for the latencies;
// compressed; single events. 4. Stop; DuckDB's own client counts the stored events, which must be those that were
// acknowledged. bench-ingest drain: the server of 1.

using System.Diagnostics;
using System.Globalization;

const int Connections = 32;
const int EventsPerBatch = 50;
const double NoLimit = 1e9; // more than any server can take: each connection sends as soon as it has its answer

if (args is ["drain"])
{
    DrainServer.Serve();
    return 0;
}

var (collector, manifests, reader) = (args[0], args[1], args[2]);
var duration = TimeSpan.FromSeconds(args.Length > 3 ? double.Parse(args[3], CultureInfo.InvariantCulture) : 20);
var warmUp = TimeSpan.FromSeconds(Math.Min(5, duration.TotalSeconds));
var scratch = Directory.CreateTempSubdirectory("tallymark-bench-").FullName;
try
{
    // 1
    double kestrel;
    using (var drain = ServerProcess.Start(Environment.ProcessPath!, ["drain"]))
    {
        kestrel = new Load(drain.Address, new PlainRequests(EventsPerBatch, Connections, seed: 1), Connections)
            .Run(NoLimit, warmUp, duration / 2).Rate;
        drain.Stop();
    }

    Log($"Kestrel drains {kestrel:0} events/s");

    // 2
    var duck = StoreLimit.Measure(Path.Combine(scratch, "limit"), Path.Combine(manifests, "telemetry.yaml"), 2_000_000);
    Directory.Delete(Path.Combine(scratch, "limit"), recursive: true);
    Log($"DuckDB takes {duck:0} events/s");

    // 3
    var data = Path.Combine(scratch, "data");
    using var server = ServerProcess.Start(collector,
        ["serve", "--data", data, "--manifests", manifests, "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]);
    var acked = 0L;
    Console.WriteLine($"{"",-34}{"events/s",10}{"p50 ms",9}{"p99 ms",9}{"busy",7}{"cpu",6}{"rss MB",8}");
    var full = Measure("batches of 50, plain", new PlainRequests(EventsPerBatch, Connections, seed: 2), NoLimit);
    var half = Measure("batches of 50, plain, half load", new PlainRequests(EventsPerBatch, Connections, seed: 3),
        full.Rate / 2);
    Log($"packing ...");
    var stock = (int)(full.Rate / EventsPerBatch * (warmUp + duration).TotalSeconds * 1.2);
    Measure("batches of 50, gzip", new PackedRequests(EventsPerBatch, stock, seed: 4), NoLimit);
    Measure("single events, plain", new PlainRequests(1, Connections, seed: 5), NoLimit);
    var memory = server.PeakMemory();
    server.Stop();

    // 4
    var stored = StoreReader.Count(reader, Path.Combine(data, "tools", "kmpkg"));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"ingest: events_per_s={full.Rate:0} acked={acked} stored={stored} " +
        $"ack_p50_ms={half.Median:0.0} ack_p99_ms={half.P99:0.0} " +
        $"kestrel_events_per_s={kestrel:0} duckdb_events_per_s={duck:0} rss_mb={memory}"));
    return acked == stored ? 0 : 1;

    LoadResult Measure(string name, Requests requests, double rate)
    {
        var (before, began) = (server.Processor(), Stopwatch.GetTimestamp());
        var result = new Load(server.Address, requests, Connections).Run(rate, warmUp, duration);
        var processor = (server.Processor() - before) / Stopwatch.GetElapsedTime(began);
        acked += result.Events;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-34}{result.Rate,10:0}{result.Median,9:0.0}{result.P99,9:0.0}{result.Busy,7}" +
            $"{processor,6:0.00}{server.Memory(),8}"));
        return result;
    }
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

static void Log(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));
