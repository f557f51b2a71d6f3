// SPDX-License-Identifier: MIT
// All rounds of a run, and what they add up to: also that memory does not grow with them.

using System.Diagnostics;

namespace Tallymark.Bench.Fuzz;

/// <summary>Runs rounds. Its numbers follow from the seed, its times don't.</summary>
sealed class Campaign(string corpusFolder, int seed, TextWriter output, string? failures = null)
{
    /// <summary>Requests of a round in this process.</summary>
    public const int RoundHere = 20_000;

    /// <summary>Requests of the rounds against the real command.</summary>
    public const int RoundThere = 50_000;

    // Rounds that warm up: pools, compiled code and DuckDB's own caches fill.
    const int WarmUp = 4;
    const int Enough = 6;

    // Between the medians of two halves, some 400,000 requests apart. What is resident goes up and down by more than 100 MB with how busy the machine is, since the runtime gives
    // pages back when it likes; spare arrays, which grow to what the largest round needed, are bounded by bench.sh.
    const long MostManaged = 64L << 20;
    const long MostResident = 128L << 20;

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
            output.WriteLine(FormattableString.Invariant(
                $"here {asked,9}: {result.Events}; managed {managed[^1] >> 20} MB, resident {result.Memory >> 20} MB"));
        }

        for (var number = requests - there; number < requests; number += RoundThere)
        {
            var result = await RoundAsync(number, Math.Min(RoundThere, requests - number), here: false);
            Add(result);
            output.WriteLine(FormattableString.Invariant(
                $"there {asked,8}: {result.Events}; resident {result.Memory >> 20} MB, {result.Skipped} left out: too near a bound of time"));
        }

        output.WriteLine("ends: " + string.Join(", ", ends.Select(e => $"{e.Key} {e.Value}")));
        CheckMemory("managed", managed, MostManaged);
        CheckMemory("resident", resident, MostResident);
        output.WriteLine(FormattableString.Invariant(
            $"fuzz: requests={asked} stored={sum.Stored} dropped={sum.AllDropped} refused={sum.Refused} seconds={Stopwatch.GetElapsedTime(started).TotalSeconds:0}"));

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

    /// <summary>Sends one saved request to a collector of its own.</summary>
    public static async Task<int> ReplayAsync(string corpusFolder, string file)
    {
        var (request, now, complaint) = FuzzRequest.Load(file);
        Console.WriteLine($"request {request.Number}, then: {complaint}");
        var corpus = new Corpus(corpusFolder, now);
        var folder = Directory.CreateTempSubdirectory("tallymark-fuzz-").FullName;
        try
        {
            await using var target = await TargetHere.StartAsync(corpus, folder, now);
            var result = await new Round(corpus, target, now, clockStands: true, folder).RunAsync([request]);
            Console.WriteLine($"now it is answered as it should be: {result.Events}");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task<RoundResult> RoundAsync(long first, long count, bool here)
    {
        // A clock that stands, but never at the same time of the day.
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
            await using var target = here ? await TargetHere.StartAsync(corpus, folder, now) : await TargetProcess.StartAsync(corpus, folder);
            return await new Round(corpus, target, now, clockStands: here, _failures).RunAsync(requests);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    void CheckMemory(string name, List<long> rounds, long most)
    {
        if (rounds.Count < WarmUp + Enough)
        {
            output.WriteLine($"{name} memory: too few rounds to say whether it is flat");
            return;
        }

        var half = (rounds.Count - WarmUp) / 2;
        var (before, after) = (Median(rounds.Skip(WarmUp).Take(half)), Median(rounds.Skip(rounds.Count - half)));
        output.WriteLine(FormattableString.Invariant($"{name} memory: {before >> 20} MB in the first half after {WarmUp} rounds, {after >> 20} MB in the second"));
        if (after - before > most)
            throw new FuzzException($"{name} memory grew by {(after - before) >> 20} MB.");
    }

    static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
