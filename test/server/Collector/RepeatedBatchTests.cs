// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>
/// A repeated batch is acknowledged again and stored once: at once, a week later, after restarts, while the clock
/// jumps.
/// </summary>
public sealed class RepeatedBatchTests
{
    [Fact]
    public async Task A_batch_sent_over_many_connections_at_once_is_stored_once_and_acknowledged_each_time()
    {
        await using var collector = await InProcessCollector.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var batch = Some.Batch(Some.LineOf(1), Some.LineOf(2), Some.Line("nothing"));

            var answers = await Task.WhenAll(Enumerable.Range(0, 24)
                .Select(_ => Task.Run(() => collector.SendAsync(batch))));

            Assert.All(answers, answer => Assert.Equal((200, 3), (answer.Status, answer.Received)));
            Assert.Equal(2, Assert.Single(answers, answer => answer.Stored > 0).Stored);
            Assert.Equal(23, answers.Count(answer => answer.Dropped.GetValueOrDefault("duplicate") == 3));
        }

        var counters = await collector.CountersAsync();
        Assert.True(counters.AddUp);
        Assert.Equal((10, 5 * 23 * 3), (counters.Stored, counters.Dropped["duplicate"]));
        await collector.StopAsync();
        using var store = new DuckDbEventStore(collector.Data);
        Assert.Equal(10, store.CountEvents(Some.Tool)["plain"]);
    }

    [Theory]
    [InlineData(7.0)]
    [InlineData(45.0)]
    [InlineData(0.0, -3.0, 3.0)] // the clock jumps back and forth
    [InlineData(-400.0, 400.0)]
    [InlineData(10.0, -20.0, 11.0)]
    public async Task A_repeated_batch_is_a_duplicate_after_days_after_restarts_and_with_any_clock(params double[] days)
    {
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var time = Some.Time(clock.GetUtcNow());
        var batch = Some.Batch(Some.Line(fields: $"\"installation\":\"{1:x64}\"", time: time), Some.Line(time: time));
        await using (var collector = await StartAsync(folder, clock))
            Assert.Equal(2, (await collector.SendAsync(batch)).Stored);

        var stored = 2;
        foreach (var jump in days)
        {
            await using var collector = await StartAsync(folder, clock);
            clock.AdjustTime(clock.GetUtcNow().AddDays(jump)); // while it runs
            using (var client = ControlClient.TryConnect(collector.Data)!)
                client.Reload(acceptClock: true); // the operator says that it is right

            var again = await collector.SendAsync(batch);
            Assert.Equal((200, 2), (again.Status, again.Dropped.GetValueOrDefault("duplicate")));
            Assert.Equal(1, (
                await collector.SendAsync(Some.Batch(Some.Line(time: Some.Time(clock.GetUtcNow()))))).Stored);
            stored++;

            // Events too far ahead of that clock, or behind it, are dropped; the others are stored.
            var far = await collector.SendAsync(Some.Batch(
                Some.Line(time: Some.Time(clock.GetUtcNow().AddDays(3))),
                Some.Line(time: Some.Time(clock.GetUtcNow().AddDays(-61))),
                    Some.Line(time: Some.Time(clock.GetUtcNow().AddDays(-1)))));
            Assert.Equal((1, 1, 1), (far.Stored, far.Dropped["bad-time"], far.Dropped["too-old"]));
            stored++;
            var counters = await collector.CountersAsync();
            Assert.True(counters.AddUp);
            Assert.Equal(stored, counters.Stored);
            Assert.DoesNotContain("broke", collector.Log, StringComparison.Ordinal);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(stored, store.CountEvents(Some.Tool)["plain"]);
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder, FakeTimeProvider clock) =>
        InProcessCollector.StartAsync(folder,
            data => new DuckDbEventStore(data.Path, new DuckDbOptions { Time = clock }),
            time: clock);
}
