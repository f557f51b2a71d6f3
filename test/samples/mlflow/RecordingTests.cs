// SPDX-License-Identifier: MIT
// A server records while it answers, and a program while it exits: neither loses an event.

namespace Mlflow.Tests;

public sealed class RecordingTests
{
    [Fact]
    public async Task A_server_that_gets_SIGTERM_under_load_has_recorded_every_call_that_it_answered()
    {
        const int Clients = 4;
        using var home = new MlflowHome();
        await home.SetUp();
        await using var tracker = await RunningTracker.Start(home);
        var (sent, answered) = (0, 0);
        var warm = new TaskCompletionSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var http = new HttpClient();
            while (true)
            {
                Interlocked.Increment(ref sent);
                try
                {
                    using var reply = await http.GetAsync(
                        new Uri($"{tracker.Address}/api/3.0/mlflow/gateway/endpoints"),
                        TestContext.Current.CancellationToken);
                    if (reply.IsSuccessStatusCode && Interlocked.Increment(ref answered) == 500)
                        warm.SetResult();
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        })).ToList();
        await warm.Task;
        Assert.Equal(0, (await tracker.Stop()).ExitCode);
        await Task.WhenAll(clients);

        var recorded = home.Recorded();
        Assert.Single(recorded, e => e.Name == "gateway_start");
        Assert.InRange(recorded.Count(e => e.Name == "gateway_list_endpoints"), answered, sent);
    }

    [Fact]
    public async Task A_program_that_records_and_exits_loses_nothing()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var run = await home.Record(string.Join(" + ", Enumerable.Repeat("ai-command", 1000)));
        Assert.Equal(1000, run.Count);
        Assert.Single(run.Select(e => e.Word("session_id")).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_exception_of_a_call_reaches_the_program_unchanged_and_the_call_is_a_failure()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var ended = await home.Run("create-run", "--experiment", "99");
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("There is no experiment 99", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("failure", Assert.Single(home.Recorded()).Status);
    }
}
