// SPDX-License-Identifier: MIT
// Processes that can't start themselves again, or that go on for long: they upload beside their work and are never held up by it.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using static Tallymark.Tests.Processes;

namespace Tallymark.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task A_server_sends_what_it_recorded_while_it_runs_and_goes_on_recording()
    {
        using var home = new Home().Agreed();
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        using var server = Begin(home, Sample, "server");
        await Record(server, 1, 1);
        await collector.First.Task;
        Assert.Equal([1], Numbers(collector.Requests.SelectMany(request => request.Lines[1..])));
        await Record(server, 2, 30);

        // Its uploader's lock is free when that has put the batch away. What came since is in a file of its own.
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).Code);
        Assert.Equal(Enumerable.Range(2, 29), Numbers(home.Lines()));
        Assert.Equal([1], Numbers(Home.LinesIn(home.State.Sent)));

        server.StandardInput.Close();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, server.ExitCode);
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).Code);
        Assert.Equal(Enumerable.Range(1, 30), Numbers(collector.Requests.SelectMany(request => request.Lines[1..])));
        Assert.Equal(Enumerable.Range(1, 30), Numbers(Home.LinesIn(home.State.Sent)));
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_holds_up_neither_a_record_nor_the_end()
    {
        using var home = new Home().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(_ => null);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        using var server = Begin(home, Sample, "server");
        await Record(server, 1, 1);
        await collector.First.Task;
        await Record(server, 2, 300);
        server.StandardInput.Close();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, server.ExitCode);
        Assert.Equal("result\n", await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        // Its end was the end of the connection, and not the other way round: there never was an answer.
        await collector.Gone.Task;
        var id = Assert.Single(collector.Requests).Batch;
        using var better = new Listener(Listener.Accept);
        Assert.Equal(0, (await Run(home, better, "telemetry", "upload")).Code);
        Assert.Equal(id, better.Requests.First().Batch);
        Assert.Equal(Enumerable.Range(1, 300), Numbers(better.Requests.SelectMany(request => request.Lines[1..])));
    }

    [Fact]
    public async Task A_library_in_a_short_program_tries_once_and_leaves_the_rest_to_the_next()
    {
        using var home = new Home().Agreed().WithSettings(TimeProvider.System.GetUtcNow());
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var silent = new Listener(_ => null);
        home["TALLYMARK_ENDPOINT"] = silent.Address;
        for (var i = 0; i < 3; i++)
            Assert.Equal(new Ended(7, "result\n", ""), await Run(home, "library"));
        Assert.InRange(silent.Requests.Count, 0, 1);
        Assert.NotEqual(DateTime.UnixEpoch, DueFile.Read(home.State.Due, TimeProvider.System.GetUtcNow().UtcDateTime)!.Value.Time);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).Code);
        Assert.Equal(3, collector.Requests.Sum(request => request.Events));
    }

    [Fact]
    public async Task In_a_process_that_runs_for_weeks_each_day_has_its_upload_and_all_arrives_once()
    {
        using var home = new Home().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        using (var client = home.Start())
        {
            var number = 0;
            for (var day = 0; day < 21; day++)
            {
                // The first of a day finds it due; those after it are in the file that goes the next day. One after the
                // other, since to this clock every file on the disk is old, also one that is just being made.
                Record(client, number++);
                await home.End();
                for (var i = 0; i < 4; i++)
                    Record(client, number++);
                home.Clock.Move(TimeSpan.FromDays(1));
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
        using var home = new Home().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept, _ => Listener.Settings("""{"stop":"event","event":"tally"}"""));
        home["TALLYMARK_ENDPOINT"] = collector.Address;
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
    public void Who_switches_off_stops_the_upload_of_a_server_too()
    {
        using var home = new Home().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        using var client = home.Start();
        Record(client, 1);
        Assert.Equal(0, home.Command("off"));
        home.Clock.Move(TimeSpan.FromDays(2));
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

    /// <summary>Has the server record these numbers, and waits until it said that it has.</summary>
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
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("number").GetInt32()).Order();

    static DateTime Now(Home home) => home.Clock.GetUtcNow().UtcDateTime;
}
