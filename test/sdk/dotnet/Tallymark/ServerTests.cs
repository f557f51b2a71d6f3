// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using static Tallymark.Tests.Processes;

namespace Tallymark.Tests;

/// <summary>
/// Processes that cannot start themselves again, or that run for long: they upload in the background and are never
/// delayed by it.
/// </summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_server_uploads_while_it_runs_and_keeps_recording()
    {
        using var home = new UserHome().Agreed();
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        using var server = Start(home, Sample, "server");
        await Record(server, 1, 1);
        await collector.First.Task;
        Assert.Equal([1], Numbers(collector.Requests.SelectMany(request => request.Lines[1..])));
        await Record(server, 2, 30);

        // The uploader's lock is free after it has moved the batch away. Later events are in a separate file.
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).ExitCode);
        Assert.Equal(Enumerable.Range(2, 29), Numbers(home.Lines()));
        Assert.Equal([1], Numbers(UserHome.LinesIn(home.State.Sent)));

        server.StandardInput.Close();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, server.ExitCode);
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).ExitCode);
        Assert.Equal(Enumerable.Range(1, 30), Numbers(collector.Requests.SelectMany(request => request.Lines[1..])));
        Assert.Equal(Enumerable.Range(1, 30), Numbers(UserHome.LinesIn(home.State.Sent)));
    }

    [Fact]
    public async Task An_endpoint_that_never_replies_delays_neither_recording_nor_exit()
    {
        using var home = new UserHome().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(_ => null);
        home.Collector = collector.Address;
        using var server = Start(home, Sample, "server");
        await Record(server, 1, 1);
        await collector.First.Task;
        await Record(server, 2, 300);
        server.StandardInput.Close();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, server.ExitCode);
        Assert.Equal("result\n", await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        // The process's end closed the connection, not the other way round: there was no answer.
        await collector.Gone.Task;
        var id = Assert.Single(collector.Requests).Batch;
        using var better = new Listener(Listener.Accept);
        Assert.Equal(0, (await Run(home, better, "telemetry", "upload")).ExitCode);
        Assert.Equal(id, better.Requests.First().Batch);
        Assert.Equal(Enumerable.Range(1, 300), Numbers(better.Requests.SelectMany(request => request.Lines[1..])));
    }

    [Fact]
    public async Task A_library_in_a_short_program_tries_once_and_leaves_the_rest_to_the_next()
    {
        using var home = new UserHome().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var silent = new Listener(_ => null);
        home.Collector = silent.Address;
        for (var i = 0; i < 3; i++)
            Assert.Equal(new ProcessResult(7, "result\n", ""), await Run(home, "library"));
        Assert.InRange(silent.Requests.Count, 0, 1);
        Assert.NotEqual(
            DateTime.UnixEpoch, DueFile.Read(home.State.Due, TimeProvider.System.GetUtcNow().UtcDateTime)!.Value.Time);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).ExitCode);
        Assert.Equal(3, collector.Requests.Sum(request => request.Events));
    }

    [Fact]
    public async Task In_a_process_that_runs_for_weeks_each_day_has_its_upload_and_all_arrives_once()
    {
        using var home = new UserHome().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        using (var client = home.Start())
        {
            var number = 0;
            for (var day = 0; day < 21; day++)
            {
                // The first event of a day finds the upload due; later ones are in the file that is sent the next day.
                // One after the other, because to this clock every file on the disk is old, even a new one.
                Record(client, number++);
                await home.End();
                for (var i = 0; i < 4; i++)
                    Record(client, number++);
                home.Clock.Advance(TimeSpan.FromDays(1));
            }

            Assert.Equal(21, collector.Requests.Count);
            Assert.False(home.Ended.Reader.TryRead(out _));
        }

        await home.End();
        Assert.Equal(Enumerable.Range(0, 105), Numbers(collector.Requests.SelectMany(request => request.Lines[1..])));
    }

    [Fact]
    public async Task New_settings_hold_from_the_next_event_after_the_upload_that_brought_them()
    {
        using var home = new UserHome().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept, _ => Listener.Settings("""{"stop":"event","event":"tally"}"""));
        home.Collector = collector.Address;
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        await home.End();
        Assert.Equal(1, Assert.Single(collector.Requests).Events);
        Record(client, 1);
        new WorkEvent(client).Dispose();
        Assert.Contains("\"event\":\"work\"", Assert.Single(home.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Switching_off_also_stops_the_upload_of_a_server()
    {
        using var home = new UserHome().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        using var client = home.Start();
        Record(client, 1);
        Assert.Equal(0, home.Command("off"));
        home.Clock.Advance(TimeSpan.FromDays(2));
        Record(client, 2);
        client.Dispose();
        Assert.False(home.Ended.Reader.TryRead(out _));
        Assert.Empty(collector.Requests);
        Assert.Empty(collector.AskedForSettings);
    }

    static void Record(TelemetryClient client, int number)
    {
        using var tally = new TallyEvent(client);
        tally.Number = number;
    }

    /// <summary>Makes the server record these numbers, and waits for its confirmation.</summary>
    static async Task Record(Process server, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            var text = i.ToString(CultureInfo.InvariantCulture);
            await server.StandardInput.WriteLineAsync(text.AsMemory(), TestContext.Current.CancellationToken);
            await server.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal(text, await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    static IEnumerable<int> Numbers(IEnumerable<string> lines) => lines
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("number").GetInt32())
            .Order();

    static DateTime Now(UserHome home) => home.Clock.GetUtcNow().UtcDateTime;
}
