// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>Every orderly end of a process records the events that are open then.</summary>
public sealed class ProcessEndTests
{
    [Theory]
    [InlineData(3, "failure")]
    [InlineData(0, "unknown")]
    public async Task An_exit_in_the_middle_of_an_event_records_it(int code, string status)
    {
        using var home = new UserHome().Agreed();
        var ended = await Processes.Run(home, "exit", Text(code));
        Assert.Equal(new ProcessResult(code, "", ""), ended);
        Assert.Equal(["tally success", "work " + status], Recorded(home));
        Assert.Contains("\"items\":3", home.Lines().Single(line => line.Contains("\"work\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task So_does_a_return_from_Main_that_disposes_nothing()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(new ProcessResult(5, "begun\n", ""), await Processes.Run(home, "leave"));
        Assert.Equal(["work failure"], Recorded(home));
    }

    [Fact]
    public async Task The_events_of_every_run_in_the_process_are_recorded()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(0, (await Processes.Run(home, "leave-two")).ExitCode);
        Assert.Equal(["work unknown", "work unknown", "work unknown"], Recorded(home));
        Assert.Equal(2, home.Lines().Count(line => line.Contains("\"items\":3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_due_upload_starts_then_too()
    {
        using var home = new UserHome().Agreed().WithSettings(TimeProvider.System.GetUtcNow()).Record(_ => { });
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        await Processes.Run(home, "exit", "3");
        Assert.NotEqual(DateTime.UnixEpoch, DueFile.Read(home.State.Due, DateTime.UtcNow)!.Value.Time);
        await collector.First.Task;

        // Waits for the uploader, which would still write into the home.
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "upload")).ExitCode);
    }

    [Fact]
    public void An_event_that_has_ended_or_was_recorded_is_not_recorded_again_and_many_open_ones_are_bounded()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        var open = Enumerable.Range(0, 300).Select(_ => new WorkEvent(client)).ToList();
        open.ForEach(work => work.Dispose());
        open.ForEach(work => work.Dispose());
        Assert.Equal(300, home.Lines().Count);
    }

    [Fact]
    public async Task After_an_opt_out_nothing_is_recorded_at_the_end()
    {
        using var home = new UserHome().Agreed();
        home["DO_NOT_TRACK"] = "1";
        Assert.Equal(3, (await Processes.Run(home, "exit", "3")).ExitCode);
        Assert.Empty(home.Lines());
    }

    static IEnumerable<string> Recorded(UserHome home)
    {
        var found = new List<string>();
        foreach (var line in home.Lines())
        {
            using var json = JsonDocument.Parse(line);
            found.Add(json.RootElement.GetProperty("event") + " " + json.RootElement.GetProperty("status"));
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
