// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tallymark.Bench.Fuzz;

/// <summary>The result of a round.</summary>
sealed record RoundResult(long Requests, long Skipped, Tally Events, IReadOnlyDictionary<string, int> Ends,
    long Memory);

/// <summary>
/// One round: many requests to one collector with an empty folder, all compared with the referee's judgement.
/// <list type="number">
/// <item>Send requests that are HTTP over many connections at once; each reply must be the referee's.</item>
/// <item>Check the counters: they add up and agree with the replies.</item>
/// <item>Send requests with a randomly changed head, each on a new connection.</item>
/// <item>Check the counters once more, and the log.</item>
/// <item>Stop the collector; its files must hold exactly the rows that the referee demands, each as often as it
/// demands.</item>
/// </list>
/// </summary>
sealed partial class Round(Corpus corpus, ITarget target, DateTimeOffset now, bool clockStands, string failures)
{
    // Enough that a commit holds many batches, as under load.
    const int Connections = 192;

    // Kestrel answers an invalid head itself; 0: it closes the connection.
    static readonly int[] WildEnds = [0, 200, 400, 404, 405, 408, 411, 413, 414, 415, 417, 431, 501, 503, 505];

    readonly Referee _referee = new(corpus);
    readonly ConcurrentDictionary<Guid, Batch> _batches = [];
    readonly ConcurrentDictionary<string, Tally> _told = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);
    readonly ConcurrentBag<Expectation> _maybe = [];
    readonly Lock _telling = new();
    long _asked;
    long _skipped;

    public async Task<RoundResult> RunAsync(IReadOnlyList<FuzzRequest> requests)
    {
        // 1.
        await EachAsync(requests.Where(r => r.WildHead is null), AskAsync);
        // 2.
        await CheckAsync(exact: true);
        // 3.
        await EachAsync(requests.Where(r => r.WildHead is not null), ThrowAsync);
        // 4.
        await CheckAsync(exact: false);
        var memory = target.Memory;
        await target.StopAsync();
        if (target.Log.Contains("broke", StringComparison.Ordinal)
            || target.Log.Contains("failed", StringComparison.Ordinal))
            throw new FuzzException($"The collector logged a fault:\n{target.Log}");
        // 5.
        CompareRows();
        var events = new Tally();
        foreach (var tally in _told.Values)
        {
            events.Received += tally.Received;
            events.Stored += tally.Stored;
            events.Refused += tally.Refused;
            foreach (var (reason, count) in tally.Dropped)
                events.Drop(reason, count);
        }

        return new RoundResult(_asked, _skipped, events, _ends, memory);
    }

    async Task EachAsync(IEnumerable<FuzzRequest> requests, Func<Wire, FuzzRequest, Task> act)
    {
        var queue = new ConcurrentQueue<FuzzRequest>(requests);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var wire = new Wire(target.Address);
            while (queue.TryDequeue(out var request))
            {
                try
                {
                    await act(wire, request);
                }
                catch
                {
                    queue.Clear(); // the first complaint is enough
                    throw;
                }
            }
        })));
    }

    async Task AskAsync(Wire wire, FuzzRequest request)
    {
        var expected = _referee.Judge(request, now);
        if (expected.IsNearABound && !clockStands)
        {
            Interlocked.Increment(ref _skipped);
            return;
        }

        var reply = await wire.AskAsync(request.Bytes(), request.Method != "HEAD");
        Interlocked.Increment(ref _asked);
        if (reply is { Status: 0 } && expected.Problems.Contains("too-large", StringComparer.Ordinal))
            return; // it closed the connection on a too large request, and the reply was lost
        if (reply is null)
            throw Failure(request, "the connection ended without a reply");
        if (Complaint(request, reply, expected) is { } complaint)
            throw Failure(request, complaint);
    }

    async Task ThrowAsync(Wire wire, FuzzRequest request)
    {
        var replies = await wire.ThrowAsync(request.Bytes());
        Interlocked.Increment(ref _asked);
        var asItIs = request with { Client = ClientLeft(request) };
        var plain = asItIs with { Encoding = null };
        foreach (var reply in replies.DefaultIfEmpty(new WireReply(0, true, "", false, [])))
        {
            _ends.AddOrUpdate($"wild {reply.Status}", 1, static (_, count) => count + 1);
            if (!WildEnds.Contains(reply.Status))
                throw Failure(request, $"status {reply.Status}");
            if (reply.Status != 200)
                continue;

            // It was accepted despite its head. Its body is then read as it is, compressed or not, and only valid rows
            // may be stored.
            var first = Complaint(asItIs, reply, _referee.Judge(asItIs, now));
            if (first is not null && Complaint(plain, reply, _referee.Judge(plain, now)) is not null)
                throw Failure(request, first);
        }

        // The sender did not wait for a reply, but the whole batch may have been accepted.
        if (replies.Count == 0)
        {
            _maybe.Add(_referee.Judge(asItIs, now));
            _maybe.Add(_referee.Judge(plain, now));
        }
    }

    /// <summary>The client address that the changed head still names; null: none.</summary>
    static string? ClientLeft(FuzzRequest request) =>
        request.WildHead.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\r\nX-Forwarded-For: {request.Client}\r\n")) >= 0
            ? request.Client : null;

    /// <summary>Null: the reply is right; then it is recorded.</summary>
    string? Complaint(FuzzRequest request, WireReply reply, Expectation expected)
    {
        if (!reply.IsOurs)
            return $"a reply without Tallymark-Collector, status {reply.Status}";
        if (request.Method == "HEAD")
            return reply.Status == 405 ? null : $"status {reply.Status} for HEAD";
        using var document = JsonDocument.Parse(reply.Body);
        var json = document.RootElement;
        if (reply.Status != 200)
        {
            var name = json.GetProperty("type").GetString()!.Split('/')[^1];
            if (reply.Type != "application/problem+json" || json.GetProperty("status").GetInt32() != reply.Status)
                return $"a problem that is none: {Encoding.UTF8.GetString(reply.Body)}";
            if (!expected.Problems.Contains(name, StringComparer.Ordinal))
                return $"refused as {name}, not as {Describe(expected)}";
            _ends.AddOrUpdate(name, 1, static (_, count) => count + 1);
            Tell(expected.Tool, tally =>
            {
                tally.Received += expected.Events;
                if (name == "malformed")
                    tally.Drop("malformed", expected.Events);
                else
                    tally.Refused += expected.Events;
            });
            return null;
        }

        var (received, stored) = (json.GetProperty("received").GetInt32(), json.GetProperty("stored").GetInt32());
        var dropped = json.GetProperty("dropped")
            .EnumerateObject().ToDictionary(d => d.Name, d => d.Value.GetInt32(), StringComparer.Ordinal);
        if (expected.Problems.Count > 0)
            return $"accepted, not {Describe(expected)}";
        if (json.GetProperty("batch").GetGuid() != expected.Batch || received != expected.Events
            || received != stored + dropped.Values.Sum())
            return $"a reply that does not fit its batch: {Encoding.UTF8.GetString(reply.Body)}";
        var again = stored == 0 && dropped.Count == 1 && dropped.GetValueOrDefault("duplicate") == received;
        if (!again && (stored != expected.Rows.Count || !DropsFit(expected, dropped)))
            return $"{Encoding.UTF8.GetString(reply.Body)}, not {Describe(expected)}";
        _ends.AddOrUpdate(again ? "duplicate" : stored > 0 ? "stored" : "dropped", 1, static (_, count) => count + 1);
        var batch = _batches.GetOrAdd(expected.Batch, static _ => new Batch());
        lock (batch)
        {
            if (!again && batch.Rows is not null)
                return "its batch was stored twice";
            batch.Seen = request;
            batch.Rows = again ? batch.Rows : expected.Rows;
        }

        Tell(expected.Tool, tally =>
        {
            tally.Received += received;
            tally.Stored += stored;
            foreach (var (reason, count) in dropped)
                tally.Drop(reason, count);
        });
        return null;
    }

    static bool DropsFit(Expectation expected, Dictionary<string, int> dropped)
    {
        var more = 0;
        foreach (var (reason, count) in dropped)
        {
            if (reason is "duplicate" or "deleted" || count < expected.Drops.GetValueOrDefault(reason))
                return false;
            more += count - expected.Drops.GetValueOrDefault(reason);
        }

        return more == expected.AnyDrops && expected.Drops.Keys.All(dropped.ContainsKey);
    }

    void Tell(string? tool, Action<Tally> tell)
    {
        if (tool is null)
            return;
        lock (_telling)
            tell(_told.GetOrAdd(tool, static _ => new Tally()));
    }

    async Task CheckAsync(bool exact)
    {
        var shown = Tally.Read(await MetricsText.ReadAsync(target.Metrics));
        // Requests whose sender closed the connection end too.
        while (!exact && shown.Values.Any(tally => tally.Pending > 0 && tally.AddsUp))
            shown = Tally.Read(await MetricsText.ReadAsync(target.Metrics));
        foreach (var (tool, tally) in shown)
        {
            var told = _told.GetValueOrDefault(tool) ?? new Tally();
            if (!tally.AddsUp || tally.Pending != 0)
                throw new FuzzException($"The counters of {tool} don't add up: {tally}\n{told}\n{target.Log}");
            if (exact && tally.ToString() != told.ToString())
                throw new FuzzException($"The counters of {tool} are\n{tally}, the replies said\n{told}");
        }
    }

    void CompareRows()
    {
        var wanted = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, batch) in _batches)
        {
            if (batch.Rows is null)
            {
                throw Failure(
                    batch.Seen!,
                    $"batch {id} was reported as a duplicate, but no batch with this id was accepted before");
            }

            foreach (var row in batch.Rows)
                wanted[Comparable(row)] = wanted.GetValueOrDefault(Comparable(row)) + 1;
        }

        // If the sender closed the connection, the stored ids tell whether its batch was accepted; of several with one
        // id, the first whose rows are there.
        var stored = Stored();
        var ids = StoredRows.ReadBatches(target.Data);
        ids.ExceptWith(_batches.Keys);
        foreach (var maybe in _maybe.Where(maybe => maybe.Rows.Count > 0))
        {
            if (ids.Contains(maybe.Batch) && TryWant(maybe.Rows, stored, wanted))
                ids.Remove(maybe.Batch);
        }

        var complaints = new List<string>();
        foreach (var (row, count) in stored)
        {
            if (wanted.Remove(row, out var want) && want == count)
                continue;
            complaints.Add($"{count} stored, {want} wanted: {row}");
        }

        complaints.AddRange(wanted.Select(w => $"0 stored, {w.Value} wanted: {w.Key}"));
        if (complaints.Count > 0)
            throw new FuzzException(
                $"{complaints.Count} rows differ from the expected rows:\n{string.Join('\n', complaints.Take(10))}");
    }

    // It is stored as a whole or not at all.
    bool TryWant(List<string> rows, Dictionary<string, int> stored, Dictionary<string, int> wanted)
    {
        var each = rows.Select(Comparable).CountBy(row => row, StringComparer.Ordinal).ToList();
        if (!each.TrueForAll(row => stored.GetValueOrDefault(row.Key) >= wanted.GetValueOrDefault(row.Key) + row.Value))
            return false;
        foreach (var (row, count) in each)
            wanted[row] = wanted.GetValueOrDefault(row) + count;
        return true;
    }

    Dictionary<string, int> Stored()
    {
        var rows = StoredRows.Read(target.Data);
        if (clockStands)
            return rows;
        var comparable = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (row, count) in rows)
            comparable[Comparable(row)] = comparable.GetValueOrDefault(Comparable(row)) + count;
        return comparable;
    }

    // The time of receipt at a collector with a real clock is not known to the second.
    string Comparable(string row) => clockStands ? row : ReceivedPattern().Replace(row, "|");

    FuzzException Failure(FuzzRequest request, string complaint)
    {
        Directory.CreateDirectory(failures);
        var path = Path.Combine(failures, $"request-{request.Number}.json");
        request.Save(path, now, complaint);
        return new FuzzException(
            $"Request {request.Number}: {complaint}. It is in {path}; ./bench.sh fuzz replay {path} sends it again.");
    }

    static string Describe(Expectation expected)
    {
        if (expected.Problems.Count > 0)
            return string.Join(" or ", expected.Problems);
        var drops = string.Join(' ', expected.Drops.Select(d => $"{d.Key}:{d.Value}"));
        return $"{expected.Rows.Count} stored, dropped {drops} and {expected.AnyDrops} for any reason";
    }

    [GeneratedRegex(@"\|received=[0-9]+\|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReceivedPattern();

    /// <summary>The outcome of a batch's id. Guarded by itself.</summary>
    sealed class Batch
    {
        public List<string>? Rows { get; set; }

        public FuzzRequest? Seen { get; set; }
    }
}
