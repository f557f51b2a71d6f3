// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Under load and with garbage every event ends in exactly one place, and no request breaks the collector.
/// </summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Received_equals_stored_plus_dropped_plus_refused_plus_pending_at_every_moment()
    {
        const int Senders = 16;
        const int BatchesEach = 40;
        using var store = new FakeStore { Journal = new FakeJournal { Fails = write => write % 5 == 0 } };
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Limits = o.Limits with { MaxGroupBatches = 4, MaxInFlightBytes = 320 * 1024 } });
        var answers = new ConcurrentBag<(Answer Answer, int Lines)>();
        var known = new ConcurrentBag<byte[]>();
        using var done = new CancellationTokenSource();
        var looks = 0;
        var looking = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var counters = await collector.CountersAsync();
                Assert.True(counters.AddUp, $"{counters}");
                looks++;
            }
        }, TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(sender);
            for (var i = 0; i < BatchesEach; i++)
            {
                var (body, lines) = Next(random, known);
                answers.Add((await collector.SendAsync(body), lines));
            }
        }, TestContext.Current.CancellationToken)));
        await done.CancelAsync();
        await looking;

        // The replies agree with the counters, and the events reported as stored are in the store.
        var end = await collector.CountersAsync();
        var accepted = answers.Where(a => a.Answer.Status == 200).ToList();
        var busy = answers.Where(a => a.Answer.Status == 503).ToList();
        Assert.True(end.AddUp);
        Assert.Equal(0, end.Pending);
        Assert.Equal(end.Stored, accepted.Sum(a => a.Answer.Stored));
        Assert.Equal(end.Stored, store.Total());
        Assert.Equal(
            end.Dropped.Values.Sum(),
            accepted.Sum(a => a.Answer.Dropped.Values.Sum())
                + answers.Where(a => a.Answer.Status == 400).Sum(a => a.Lines));
        Assert.All(accepted, a => Assert.Equal(a.Lines, a.Answer.Received));
        Assert.All(accepted, a => Assert.Equal(a.Answer.Received, a.Answer.Stored + a.Answer.Dropped.Values.Sum()));
        Assert.Equal(Senders * BatchesEach, answers.Count);
        Assert.All(answers, a => Assert.Contains(a.Answer.Status, new[] { 200, 400, 404, 503 }));

        // All kinds of outcomes occurred, and the counters were read meanwhile.
        Assert.NotEmpty(busy);
        Assert.True(end.Refused > 0);
        Assert.True(end.Dropped["duplicate"] > 0);
        Assert.True(end.Dropped["bad-value"] > 0);
        Assert.True(end.Dropped["malformed"] > 0);
        Assert.True(store.Journal.LargestGroup > 1);
        Assert.True(looks > 10);
    }

    static (byte[] Body, int Lines) Next(Random random, ConcurrentBag<byte[]> known)
    {
        var lines = random.Next(1, 40);
        switch (random.Next(8))
        {
            case 0 when known.TryPeek(out var again):
                return (again, again.Count(b => b == '\n') - 1);
            case 1:
                return (Some.Batch([.. Enumerable.Repeat(Some.Line("every", "\"number\":-1"), lines)]), lines);
            case 2:
                return (Some.Batch([.. Enumerable.Repeat(Some.Line(manifest: 7), lines)]), lines);
            case 3:
                var noise = string.Concat(Enumerable.Repeat("x\n", lines));
                return (Encoding.UTF8.GetBytes($"{Some.Head(lines + 1)}\n{noise}"), lines);
            case 4:
                return (Some.Batch([Some.Line()], tool: "unheard-of"), 0);
            default:
                var good = Some.Batch([.. Enumerable.Range(0, lines).Select(Some.LineOf), "x"]);
                known.Add(good);
                return (good, lines + 1);
        }
    }

    [Fact]
    public async Task No_body_breaks_the_collector()
    {
        const int Bodies = 4_000;
        const int Seed = 20_261_120;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}, {Bodies} bodies");
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var ends = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Bodies), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            {
                var random = new Random(Seed + i);
                var (body, packed) = Mutated(random);
                var answer = await collector.SendAsync(body, packed);
                Assert.True(
                    answer.Status is 200 or 400 or 404 or 413 or 503,
                    $"seed {Seed + i}: {answer.Status} {answer.Text}");
                var end = answer.Status == 200
                    ? answer.Stored > 0 ? "stored" : answer.Dropped.Keys.First()
                    : answer.Problem;
                ends.AddOrUpdate(end, 1, (_, count) => count + 1);
                if (answer.Status == 200)
                    Assert.Equal(answer.Received, answer.Stored + answer.Dropped.Values.Sum());
            });

        var counters = await collector.CountersAsync();
        Assert.True(counters.AddUp);
        Assert.Equal(0, counters.Pending);
        Assert.Equal(store.Total(), counters.Stored);
        Assert.DoesNotContain("broke", collector.Log, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Join(", ", ends.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key} {e.Value}")));
        string[] corners =
        [
            "stored", "malformed", "bad-value", "unknown-field", "unknown-event", "bad-time", "unknown-tool",
            "unknown-manifest",
        ];
        foreach (var end in corners)
            Assert.Contains(end, ends.Keys); // the mutations reach every outcome
    }

    static (byte[] Body, bool Packed) Mutated(Random random)
    {
        List<string> lines =
        [
            Some.Line(
                "every",
                """
                "switch":true,"colour":"red","options":["--all","zebra"],"number":3,"version":"1.4.2-rc.1"
                """),
            Some.Line(
                "every",
                "\"session\":\"45e27512-43e8-4c7e-87ac-a6ac25d75a0d\",\"stack\":[\"A.B:1\"],\"environment\":[\"ci\"]",
                withheld: "\"withheld\":[\"version\"],"),
            Some.Line(),
        ];
        lines = [.. lines.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        var body = Some.Batch([.. lines]);
        for (var changes = random.Next(0, 4); changes > 0; changes--)
            body = ByteChanges.Change(body, random);
        return (body, random.Next(4) > 0);
    }
}
