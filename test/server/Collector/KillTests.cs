// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Killed at random moments under load, repeatedly on the same data, the collector has every acknowledged
/// batch once, and every other whole or not at all.
/// </summary>
public sealed class KillTests
{
    const int Rounds = 50;
    const int RoundsBetweenLooks = 10;
    const int Senders = 16;
    const int EventsOfABatch = 50;
    const int EventsOfARound = 1_000;
    const int Seed = 20_261_125;

    readonly SentBatches _sent = new(EventsOfABatch);

    [Fact]
    public async Task Fifty_kills_under_load_lose_nothing_that_was_acknowledged_and_store_nothing_twice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        var output = TestContext.Current.TestOutputHelper!;
        var random = new Random(Seed);
        output.WriteLine($"seed {Seed}");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        for (var round = 1; round <= Rounds; round++)
        {
            var (acknowledged, inFlight) = await RoundAsync(folder, random.Next(20));
            output.WriteLine($"round {round}: {acknowledged} events acknowledged, {inFlight} in flight at the kill");
            Assert.True(acknowledged >= EventsOfARound);
            Assert.True(inFlight > 0);
            if (round % RoundsBetweenLooks == 0)
                output.WriteLine($"after round {round}: {await InspectAsync(folder)}");
        }
    }

    /// <summary>Kills the collector a random number of acknowledgements after the first thousand events.</summary>
    async Task<(long Acknowledged, long InFlight)> RoundAsync(TempFolder folder, int more)
    {
        await using var serve =
            await CollectorProgram.Serve(folder, "--rate", "0", "--new-installations", "0", "--disk-reserve", "0");
        using var http = new HttpClient { BaseAddress = serve.Address };
        var left = (EventsOfARound / EventsOfABatch) + more;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (acknowledged, lost) = (0L, 0L);
        var sending = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var status = await _sent.TrySendAsync(http);
                if (status is null)
                {
                    Interlocked.Add(ref lost, EventsOfABatch);
                    enough.TrySetResult(); // also if the collector ended by itself; the exit code shows that
                    return;
                }

                Assert.Equal(HttpStatusCode.OK, status);
                Interlocked.Add(ref acknowledged, EventsOfABatch);
                if (Interlocked.Decrement(ref left) == 0)
                    enough.SetResult();
            }
        }, TestContext.Current.CancellationToken)).ToList();
        await enough.Task;
        serve.Signal("KILL");
        await Task.WhenAll(sending);
        Assert.Equal(137, (await serve.End()).ExitCode);
        return (acknowledged, lost);
    }

    /// <summary>Starts and stops the collector, which must work after any kill, and reads its files.</summary>
    async Task<string> InspectAsync(TempFolder folder)
    {
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            var metrics = await http.GetStringAsync(serve.Metrics,
                TestContext.Current.CancellationToken);
            Assert.True(Counters.Read(metrics, Some.Tool).AddUp, metrics);
            Assert.Equal(0, (await serve.Stop()).ExitCode);
        }

        return _sent.Check(folder["data"]);
    }
}
