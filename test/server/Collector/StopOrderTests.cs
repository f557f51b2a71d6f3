// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>The shutdown order of <see cref="CollectorServer"/>, and that its parts end before the lock.</summary>
public sealed class StopOrderTests
{
    [Fact(Timeout = 120_000)]
    public async Task Every_event_acknowledged_before_or_during_a_stop_is_in_the_store_after_it()
    {
        using var folder = new TempFolder();
        var acknowledged = 0L;
        await using (var collector = await InProcessCollector.StartAsync(folder))
        {
            using var http = new HttpClient { BaseAddress = collector.Address };
            Task RunAsync() => SendUntilStoppedAsync(http, events => Interlocked.Add(ref acknowledged, events));
            var sending = Task.WhenAll(RunAsync(), RunAsync(), RunAsync(), RunAsync());
            while (Interlocked.Read(ref acknowledged) < 50)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            await collector.StopAsync();
            await sending;
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(acknowledged, store.CountEvents(Some.Tool).Values.Sum());
        Assert.False(DataFolder.Open(folder["data"]).HasJournal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Requests_drain_first_then_periodic_tasks_journal_and_store_stop_and_the_lock_is_released_last()
    {
        using var folder = new TempFolder();
        var data = DataFolder.Open(folder["data"]);
        var steps = new ConcurrentQueue<(string Step, bool IsLocked)>();
        using var store = new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } };
        store.Journal.Fails = _ => Note("journal");
        store.Fails = _ => Note("store");
        await using var collector = await InProcessCollector.StartAsync(
            folder, _ => store, options => options with
            {
                FreeSpace = _ => Note("periodic") ? 0 : long.MaxValue,
                Limits = options.Limits with { DiskCheckInterval = TimeSpan.FromMilliseconds(1) },
            },
            journal: store.Journal);

        using var http = new HttpClient { BaseAddress = collector.Address };
        var sending = SendAsync(http);
        await store.Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var stop = collector.StopAsync();
        while (!collector.Log.Contains("Stopping", StringComparison.Ordinal))
            await Task.Yield();
        var drained = steps.Count;
        while (steps.Count < drained + 2) // the request waits for the journal, and the periodic tasks still run
            await Task.Yield();
        Assert.False(stop.IsCompleted);
        store.Journal.Release();

        using var reply = await sending;
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        await stop;
        var order = steps.Select(one => one.Step).ToList();
        Assert.True(order.LastIndexOf("journal") < order.IndexOf("store"), string.Join(' ', order));
        Assert.True(store.Disposed);
        Assert.All(steps, one => Assert.True(one.IsLocked, one.Step));

        // A second collector takes the folder. The first one does nothing after its stop.
        var count = steps.Count;
        using (var other = new FakeStore())
        await using (await InProcessCollector.StartAsync(folder, _ => other))
            Assert.Equal(count, steps.Count);
        Assert.Equal(count, steps.Count);

        bool Note(string step)
        {
            using var taken = data.TryLock();
            steps.Enqueue((step, taken is null));
            return false;
        }
    }

    [Fact]
    public async Task A_start_that_fails_closes_the_store_and_unlocks_the_folder()
    {
        using var folder = new TempFolder();
        using var other = new FakeStore();
        await using var running = await InProcessCollector.StartAsync(other);
        using var store = new FakeStore();
        var taken = new IPEndPoint(IPAddress.Loopback, running.Address.Port);

        await Assert.ThrowsAsync<ListenException>(() => InProcessCollector.StartAsync(
            folder, _ => store, options => options with { Listen = taken }, journal: store.Journal));

        Assert.True(store.Disposed);
        using var free = DataFolder.Open(folder["data"]).TryLock();
        Assert.NotNull(free);
    }

    // Two events.
    static async Task<HttpResponseMessage> SendAsync(HttpClient http)
    {
        using var content = new ByteArrayContent(Some.Batch(Some.Line(), Some.Line()));
        content.Headers.ContentType = new("application/x-ndjson");
        return await http.PostAsync(
            new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    // A batch at a time. Ends when the collector refuses or closes the connection.
    static async Task SendUntilStoppedAsync(HttpClient http, Action<long> acknowledge)
    {
        while (true)
        {
            try
            {
                using var reply = await SendAsync(http);
                if (reply.StatusCode != HttpStatusCode.OK)
                    return;
                acknowledge(2);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
