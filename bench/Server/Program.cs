// SPDX-License-Identifier: MIT
// bench-server SERVER COLLECTOR MANIFESTS READER [ROUNDS]: the cost of telemetry for a server. The tracking server of
// samples/mlflow answers the cheapest request that records an event, once with telemetry off and once with it on, in
// turns, so that both see the same machine. 1. As many requests as it takes. 2. Half as many as the slower one takes,
// at set times, for the latencies. 3. 20,000 requests, SIGTERM, one upload: the collector must have every event.
// A turn is compared with its neighbour only; the result is the median of these differences, and the table shows their
// quartiles, so that a reader sees how much of a result is noise.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tallymark.Bench.Server;

const int Connections = 16;
const int CountedRequests = 20_000;
const double NoLimit = 1e9; // more than any server can take: each connection sends as soon as it has its answer

var (program, collectorProgram, manifests, reader) = (args[0], args[1], args[2], args[3]);
var rounds = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 30;
var slice = TimeSpan.FromSeconds(2);
var warmUp = TimeSpan.FromSeconds(0.5);
var scratch = Directory.CreateTempSubdirectory("tallymark-bench-").FullName;
try
{
    using var collector = Collect("collector");
    using var off = new Tracker(program, Path.Combine(scratch, "off"), collector: null);
    using var on = new Tracker(program, Path.Combine(scratch, "on"), AddressOf(collector));
    on.SeeNotice();
    off.Start();
    on.Start();

    // 1
    var (offRates, onRates) = (new List<double>(), new List<double>());
    var invocations = new InvocationRequests();
    for (var round = 0; round < rounds; round++)
    {
        Log($"round {round + 1} of {rounds}, as fast as possible");
        Turn(
            round, tracker => tracker.Measure(invocations, Connections, NoLimit, warmUp, slice).Rate, offRates,
            onRates);
    }

    var (offRate, onRate) = (Median(offRates), Median(onRates));

    // 2
    var (offTails, onTails) = (new List<double>(), new List<double>());
    var half = Math.Min(offRate, onRate) / 2;
    for (var round = 0; round < rounds; round++)
    {
        Log($"round {round + 1} of {rounds}, {half:0} requests per second");
        Turn(round, tracker => tracker.Measure(invocations, Connections, half, warmUp, slice).P99, offTails, onTails);
    }

    off.Stop();
    on.Stop();
    collector.Stop();
    Console.WriteLine($"{"",-22}{"off",10}{"on",10}{"difference",12}{"quartiles",20}");
    var fewer = Print("requests/s", offRates, onRates);
    var added = Print("p99 ms, half load", offTails, onTails);

    // 3: with a collector of its own, since the server of 1 and 2 has uploaded as well.
    using var counting = Collect("counting");
    using var counted = new Tracker(program, Path.Combine(scratch, "counted"), AddressOf(counting));
    counted.SeeNotice();
    counted.Start();
    var answered = counted.Measure(
        new InvocationRequests(CountedRequests), Connections, NoLimit, TimeSpan.Zero, TimeSpan.FromMinutes(5)).Events;
    counted.Stop();
    counted.Upload();
    counting.Stop();
    var lost = answered - Stored(reader, Path.Combine(scratch, "counting"));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"server: base_rps={offRate:0} with_rps={offRate + fewer:0} added_p99_ms={added:0.00} lost={lost}"));
    return answered == CountedRequests && lost == 0 ? 0 : 1;

    ServerProcess Collect(string folder) => ServerProcess.Start(
        collectorProgram,
        ["serve", "--data", Path.Combine(scratch, folder), "--manifests", manifests, "--listen", "127.0.0.1:0"]);

    static Uri AddressOf(ServerProcess collector) => new($"http://{collector.Address}");

    // The first of a turn changes from round to round.
    void Turn(int round, Func<Tracker, double> measure, List<double> offResults, List<double> onResults)
    {
        if (round % 2 == 0)
            offResults.Add(measure(off));
        onResults.Add(measure(on));
        if (round % 2 != 0)
            offResults.Add(measure(off));
    }
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

// Prints a row; returns the median of the differences between neighbouring turns.
static double Print(string name, List<double> off, List<double> on)
{
    List<double> differences = [.. on.Zip(off, (with, without) => with - without)];
    var difference = Median(differences);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-22}{Median(off),10:0.00}{Median(on),10:0.00}{difference,12:0.00}" +
        $"{$"{Quantile(differences, 0.25):0.00} .. {Quantile(differences, 0.75):0.00}",20}"));
    return difference;
}

static double Median(List<double> values) => Quantile(values, 0.5);

static double Quantile(List<double> values, double share) =>
    values.Order().ElementAt((int)(values.Count * share));

static void Log(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));

static long Stored(string reader, string data)
{
    var start = new ProcessStartInfo("node", [reader, Path.Combine(data, "tools", "mlflow")])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
    };
    using var process = Process.Start(start)!;
    var count = 0L;
    while (process.StandardOutput.ReadLine() is { } line)
    {
        using var row = JsonDocument.Parse(line);
        if (row.RootElement.GetProperty("event").GetString() == "gateway_invocation")
            count++;
    }

    process.WaitForExit();
    return process.ExitCode == 0 ? count : throw new InvalidOperationException("The store can't be read.");
}
