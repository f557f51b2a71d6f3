// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Runs all rounds, adds them up, and checks that memory does not grow with them. The counts follow from the seed, the
/// times do not.
/// </summary>
sealed class Campaign(string corpusFolder, int seed, TextWriter output, string? failures = null)
{
    /// <summary>Requests of a round in this process.</summary>
    public const int RoundHere = 20_000;

    /// <summary>Requests of a round against the real command.</summary>
    public const int RoundThere = 50_000;

    // Warm-up rounds: pools, compiled code and DuckDB's caches fill.
    const int WarmUp = 4;
    const int Enough = 6;

    // The bound on the growth between the medians of two halves, some 400,000 requests apart. Resident memory varies by
    // more than 100 MB with the load of the machine, since the runtime releases pages when it likes. bench.sh bounds
    // the spare arrays, which grow to the size that the largest round needed.
    const long MaxManagedGrowthBytes = 64L << 20;
    const long MaxResidentGrowthBytes = 128L << 20;

    readonly string _failures = failures ?? Path.Combine(Path.GetTempPath(), "tallymark-fuzz");

    public async Task RunAsync(long requests)
    {
        output.WriteLine($"seed {seed}");
        var started = Stopwatch.GetTimestamp();
        var there = requests / 10;
        var sum = new Tally();
        var ends = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var managed = new List<long>();
        var resident = new List<long>();
        var asked = 0L;
        for (var number = 0L; number < requests - there; number += RoundHere)
        {
            var count = Math.Min(RoundHere, requests - there - number);
            var result = await RoundAsync(number, count, here: true);
            Add(result);
            managed.Add(GC.GetTotalMemory(forceFullCollection: true));
            resident.Add(result.Memory);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"in-process {asked,9}: {result.Events}; managed {managed[^1] >> 20} MB, " +
                $"resident {result.Memory >> 20} MB"));
        }

        for (var number = requests - there; number < requests; number += RoundThere)
        {
            var result = await RoundAsync(number, Math.Min(RoundThere, requests - number), here: false);
            Add(result);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"separate process {asked,9}: {result.Events}; resident {result.Memory >> 20} MB, " +
                $"{result.Skipped} skipped (too close to a time limit)"));
        }

        output.WriteLine("responses: " + string.Join(", ", ends.Select(e => $"{e.Key} {e.Value}")));
        CheckMemory("managed", managed, MaxManagedGrowthBytes);
        CheckMemory("resident", resident, MaxResidentGrowthBytes);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"fuzz: requests={asked} stored={sum.Stored} dropped={sum.AllDropped} refused={sum.Refused} " +
            $"seconds={Stopwatch.GetElapsedTime(started).TotalSeconds:0}"));

        void Add(RoundResult result)
        {
            asked += result.Requests;
            sum.Stored += result.Events.Stored;
            sum.Refused += result.Events.Refused;
            foreach (var (reason, count) in result.Events.Dropped)
                sum.Drop(reason, count);
            foreach (var (end, count) in result.Ends)
                ends[end] = ends.GetValueOrDefault(end) + count;
        }
    }

    /// <summary>Sends one saved request to a new collector.</summary>
    public static async Task<int> ReplayAsync(string corpusFolder, string file)
    {
        var (request, now, complaint) = FuzzRequest.Load(file);
        Console.WriteLine($"request {request.Number} originally failed: {complaint}");
        var corpus = new Corpus(corpusFolder, now);
        var folder = Directory.CreateTempSubdirectory("tallymark-fuzz-").FullName;
        try
        {
            await using var target = await TargetHere.StartAsync(corpus, folder, now);
            var result = await new Round(corpus, target, now, clockStands: true, folder).RunAsync([request]);
            Console.WriteLine($"The collector now handles the request correctly: {result.Events}");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task<RoundResult> RoundAsync(long first, long count, bool here)
    {
        // A stopped clock, at another time of the day in each round.
        var now = here
            ? new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero).AddSeconds(first * 7).AddTicks(first)
            : TimeProvider.System.GetUtcNow();
        var corpus = new Corpus(corpusFolder, now);
        var maker = new RequestMaker(corpus, seed, now);
        var requests = new List<FuzzRequest>();
        for (var number = first; number < first + count; number++)
            requests.Add(maker.Make(number));
        var folder = Directory.CreateTempSubdirectory("tallymark-fuzz-").FullName;
        try
        {
            await using var target =
                here ? await TargetHere.StartAsync(corpus, folder, now)
                : await TargetProcess.StartAsync(corpus, folder);
            return await new Round(corpus, target, now, clockStands: here, _failures).RunAsync(requests);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    void CheckMemory(string name, List<long> rounds, long maxGrowthBytes)
    {
        if (rounds.Count < WarmUp + Enough)
        {
            output.WriteLine($"{name} memory: too few rounds to say whether it is flat");
            return;
        }

        var half = (rounds.Count - WarmUp) / 2;
        var (before, after) = (Median(rounds.Skip(WarmUp).Take(half)), Median(rounds.Skip(rounds.Count - half)));
        FormattableString line =
            $"{name} memory: {before >> 20} MB in the first half after {WarmUp} rounds, {after >> 20} MB in the second";
        output.WriteLine(FormattableString.Invariant(line));
        if (after - before > maxGrowthBytes)
            throw new FuzzException($"{name} memory grew by {(after - before) >> 20} MB.");
    }

    static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
