// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// Dropped events are reported in a separate event, each once, whatever happens to the uploader (spec/spool.md,
/// "Caps").
/// </summary>
public sealed class DroppedReportTests
{
    const string Name = "0f8fad5bd9cb469fa16570867728950e";

    [Fact]
    public async Task Events_dropped_since_the_last_report_are_reported_once_when_a_collector_answers()
    {
        using var home = new UserHome().Agreed().RecordMany(3);
        home.Age(31);
        await Upload(home, _ => Listener.Problem(503, "busy"));
        Assert.Equal(
            new DroppedFile(3, Path.GetFileName(DroppedFile.Read(home.State).Name)), DroppedFile.Read(home.State));
        Assert.Empty(UserHome.LinesIn(home.State.Path)); // without a collector no report is queued

        var sent = await Upload(home, Listener.Accept);

        var line = Assert.Single(sent);
        Assert.Equal(
            "{\"tallymark\":1,\"tool\":\"sample-tool\",\"manifest\":3,\"agreed\":\"" + home.Tool.ScopeId[..16]
            + "\",\"event\":\"dropped\",\"time\":\"2026-11-20T10:51:21Z\",\"status\":\"unknown\",\"fields\":{\"installation\":\""
            + Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Id)
                + "\",\"version\":\"1.4.2-rc.1\",\"lost\":3}}",
            line);
        Assert.Equal([line], UserHome.LinesIn(home.State.Sent));
        Assert.Empty(await Upload(home, Listener.Accept));
        home.RecordMany(2);
        home.Age(31, home.State.Spool);
        await Upload(home, _ => Listener.Problem(503, "busy"));
        Assert.Equal(2, Lost(Assert.Single(await Upload(home, Listener.Accept))));
        Assert.Equal((5, 5), (DroppedFile.Read(home.State).Events, DroppedFile.Read(home.State).Reported));
    }

    [Fact]
    public async Task It_is_sent_after_what_waited_and_on_the_same_occasion()
    {
        using var home = Dropped(7).RecordMany(2);
        var sent = await Upload(home, Listener.Accept);
        Assert.Equal(["work", "work", "dropped"], sent.Select(Event));
        Assert.Equal(7, Lost(sent[^1]));
    }

    [Theory]
    [InlineData("no notice")]
    [InlineData("a notice without this event")]
    [InlineData("off")]
    [InlineData("no such event in the manifest")]
    [InlineData("a batch waits for a newer collector")]
    public async Task No_report_is_written(string because)
    {
        using var home = Dropped(7);
        Func<Request, string?> answer = Listener.Accept;
        switch (because)
        {
            case "no notice":
                Directory.Delete(home.State.In("receipts"), recursive: true);
                break;
            case "a notice without this event":
                Receipt.Show(
                    WithoutDropped(home.Tool), home.State, home.Tool.Channels, home.Clock.GetUtcNow().UtcDateTime,
                    Refusal.None, _ => { });
                break;
            case "off":
                home["DO_NOT_TRACK"] = "1";
                break;
            case "no such event in the manifest":
                home.Tool = Some.Copy(home.Tool);
                break;
            default:
                home.RecordMany(1);
                answer = _ => Listener.Problem(503, "unknown-manifest");
                break;
        }

        await Upload(home, answer);

        Assert.DoesNotContain(UserHome.LinesIn(home.State.Path), line => Event(line) == "dropped");
        Assert.Equal((7, 0), (DroppedFile.Read(home.State).Events, DroppedFile.Read(home.State).Reported));
    }

    [Fact]
    public async Task A_field_that_the_user_withholds_is_marked_here_too()
    {
        using var home = Dropped(7);
        home.Command("withhold", "lost");
        home.Command("withhold", "country");
        var line = Assert.Single(await Upload(home, Listener.Accept));
        Assert.Contains(
            "\"status\":\"unknown\",\"withheld\":[\"country\",\"lost\"],\"fields\":{\"installation\":", line);
        Assert.DoesNotContain("\"lost\":", line);
    }

    [Fact]
    public async Task An_upload_with_the_show_option_prints_the_report_and_one_without_a_report_says_why()
    {
        using var home = Dropped(7);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var shown = (await Processes.Run(home, "telemetry", "upload", "--printmetrics")).Errors;
        var line = Assert.Single(UserHome.LinesIn(home.State.Sent));
        Assert.Equal(("dropped", 7), (Event(line), Lost(line)));
        Assert.Contains("\n" + line + "\n", "\n" + shown, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was recorded", shown, StringComparison.Ordinal);

        Assert.EndsWith(
            "telemetry: nothing was recorded, because the telemetry command itself is never recorded.\n",
            (await Processes.Run(home, "telemetry", "upload", "--printmetrics")).Errors, StringComparison.Ordinal);
        Assert.Single(UserHome.LinesIn(home.State.Sent));
    }

    [Fact]
    public void After_an_opt_out_earlier_drops_are_not_reported()
    {
        using var home = Dropped(7);
        home.Command("off");
        Assert.False(File.Exists(home.State.In("dropped")));
    }

    [Theory]
    [InlineData("spool", 0)]
    [InlineData("building", 0)]
    [InlineData("batches/0f8fad5b-d9cb-469f-a165-70867728950e", 0)]
    [InlineData("sent/0f8fad5b-d9cb-469f-a165-70867728950e", 0)]
    [InlineData("rejected/0f8fad5b-d9cb-469f-a165-70867728950e", 0)]
    [InlineData(null, 1)]
    public async Task An_interrupted_report_is_written_again_only_if_it_does_not_exist(string? folder, int again)
    {
        using var home = Dropped(7);
        var begun = home.Record(_ => { }).Lines().Single();
        Directory.Delete(home.State.Spool, recursive: true);
        File.WriteAllText(home.State.In("dropped"), "7 another.ndjson 2 " + Name + "\n");
        if (folder is not null)
        {
            StateFolder.Make(home.State.In(folder));
            File.WriteAllText(Path.Combine(home.State.In(folder), Name + ".ndjson"), begun + "\n");
        }

        var sent = await Upload(home, Listener.Accept);

        Assert.Equal(again, sent.Count(line => Event(line) == "dropped"));
        Assert.All(sent.Where(line => Event(line) == "dropped"), line => Assert.Equal(5, Lost(line)));
        Assert.Equal(7, DroppedFile.Read(home.State).Reported);
        Assert.Null(DroppedFile.Read(home.State).Report);
    }

    [Theory]
    [InlineData("?rename,?renameat,?renameat2", 4)]
    [InlineData("?unlink,?unlinkat", 0)]
    public async Task Killed_before_any_step_it_reports_each_event_once(string calls, int least)
    {
        Assert.InRange(await Processes.CountKills(call => KillBefore(calls, call)), least, 40);
    }

    static async Task<bool> KillBefore(string calls, int call)
    {
        using var home = Dropped(7);
        var batches = new Dictionary<string, string[]>(StringComparer.Ordinal);
        using var collector = new Listener(request =>
        {
            lock (batches)
                batches[request.Batch] = request.Lines[1..];
            return Listener.Accept(request);
        });
        home.Collector = collector.Address;
        var wasKilled = await Processes.RunKilledBefore(home, calls, call, "telemetry", "upload");
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "upload")).ExitCode);
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "upload")).ExitCode);
        Assert.Equal(7, Lost(Assert.Single(batches.Values.SelectMany(lines => lines))));
        Assert.Equal(7, DroppedFile.Read(home.State).Reported);
        return wasKilled;
    }

    // A home whose uploader has dropped this many events, with an empty queue.
    static UserHome Dropped(int events)
    {
        var home = new UserHome().Agreed().Record(_ => { });
        Directory.Delete(home.State.Spool, recursive: true);
        File.WriteAllText(
            home.State.In("dropped"), events.ToString(CultureInfo.InvariantCulture) + " another.ndjson\n");
        return home;
    }

    static async Task<List<string>> Upload(UserHome home, Func<Request, string?> answer)
    {
        using var collector = new Listener(answer);
        await home.Upload(collector);
        return [.. collector.Requests.SelectMany(request => request.Lines[1..])];
    }

    // The sample without this event.
    static ToolDefinition WithoutDropped(ToolDefinition tool)
    {
        var scope = tool.Scope[..tool.Scope.IndexOf("event dropped\n", StringComparison.Ordinal)];
        return Some.Copy(
            tool, scope: scope, scopeId: Convert.ToHexStringLower(new ManagedSha256().Add(scope).Finish()));
    }

    static string Event(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString()!;
    }

    static long Lost(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("fields").GetProperty("lost").GetInt64();
    }
}
