// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// The events recorded while the collector asks to leave something out, or cannot be reached (spec/settings.md,
/// spec/spool.md).
/// </summary>
public sealed class SettingsRecordTests
{
    [Theory]
    [InlineData("", "work,tally", "")]
    [InlineData("""{"stop":"event","event":"tally"}""", "work", "")]
    [InlineData("""{"stop":"all"}""", "", "")]
    [InlineData("""{"stop":"all","versions":["1.4.2"]}""", "", "")]
    [InlineData("""{"stop":"all","versions":["1.5"]}""", "work,tally", "")]
    [InlineData("""{"stop":"event","event":"tally","packages":["sample-tool","sample-small"]}""", "work", "")]
    [InlineData("""{"stop":"all","packages":["sample-small"]}""", "work,tally", "")]
    [InlineData("""{"share":0}""", "", "")]
    [InlineData("""{"share":1}""", "work,tally", "")]
    [InlineData("""{"stop":"field","event":"work","field":"port"}""", "work,tally", "port")]
    [InlineData("""{"stop":"field","field":"port"},{"stop":"field","field":"country"}""", "work,tally", "country,port")]
    [InlineData("""{"stop":"field","event":"tally","field":"port"}""", "work,tally", "")]
    [InlineData("""{"stop":"everything"},{"start":"event","event":"secret"}""", "work,tally", "")]
    public void Stopped_events_are_not_recorded_and_stopped_fields_are_named(
        string rules, string events, string withheld)
    {
        using var home = Settle(new UserHome().Agreed(), rules);
        using (var client = home.Start())
            RecordBoth(client);
        var lines = home.Lines().Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(events, string.Join(',', lines.Select(line => line.GetProperty("event").GetString())));
        Assert.Equal(withheld, string.Join(',', lines.Take(1).SelectMany(Withheld)));
        Assert.Equal(
            withheld.Contains("port", StringComparison.Ordinal) || lines.Count == 0,
            !lines.Exists(line => line.GetProperty("fields").TryGetProperty("port", out _)));
    }

    [Fact]
    public void Installations_outside_the_share_record_nothing_and_those_inside_everything()
    {
        // Each home draws separately. The probability that all are on one side is 2^-39.
        var recorded = 0;
        for (var i = 0; i < 40; i++)
        {
            using var home = Settle(new UserHome().Agreed(), """{"share":0.5}""");
            home.Record(_ => { }, _ => { });
            var isIn = Installation.Find(home.State, home.Tool.Tool)!.IsInShare(500_000);
            Assert.Equal(isIn ? 2 : 0, home.Lines().Count);
            recorded += isIn ? 1 : 0;
        }

        Assert.InRange(recorded, 1, 39);
    }

    [Fact]
    public void Stops_go_on_to_hold_when_the_settings_have_ended()
    {
        using var home = Settle(new UserHome().Agreed(), """{"stop":"event","event":"work"}""");
        home.Clock.Advance(TimeSpan.FromDays(400));
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void A_process_that_runs_sees_new_settings_within_a_minute()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        RecordBoth(client);
        Settle(home, """{"stop":"event","event":"work"}""");
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        RecordBoth(client);
        Assert.Equal(3, home.Lines().Count);
        Settle(home, """{"stop":"all"}""");
        Assert.True(client.IsOn);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(client.IsOn);
        RecordBoth(client);
        Assert.Equal(3, home.Lines().Count);
        Settle(home, "");
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(client.IsOn);
        RecordBoth(client);
        Assert.Equal(5, home.Lines().Count);
    }

    [Fact]
    public void No_settings_ever_let_more_be_recorded_than_none()
    {
        using var free = new UserHome().Agreed();
        using (var client = free.Start())
            RecordBoth(client);
        var all = Recorded(free);
        var rules = Gen.Elements(
            """{"stop":"all"}""", """{"stop":"event","event":"work"}""", """{"stop":"event","event":"tally"}""", """{"stop":"field","field":"port"}""",
            """{"stop":"field","event":"work","field":"os"}""", """{"share":0.5}""", """{"share":1}""", """{"start":"all"}""", """{"share":7}""",
            """{"stop":"none"}""", """{"stop":"all","os":["plan9"]}""", """{"record":"event","event":"secret"}""", """{"stop":"field","field":"number"}""");
        var seen = new HashSet<int>();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(Arb.From(Gen.ListOf(rules, 3)), some =>
            {
                using var home = Settle(new UserHome().Agreed(), string.Join(',', some));
                using (var client = home.Start())
                    RecordBoth(client);
                var recorded = Recorded(home);
                seen.Add(recorded.Count);
                return recorded.IsSubsetOf(all);
            }));
        Assert.True(seen.Count > 2, "the settings made hardly any difference");
    }

    [Fact]
    public void Why_and_status_name_what_is_stopped_and_what_was_ignored()
    {
        using var home = Settle(new UserHome().Agreed(), """{"stop":"event","event":"work"},{"stop":"none"}""");
        home.Command("why");
        Assert.Contains(
            "Events are recorded.\nCollector settings: stop event work; 1 unknown entry ignored "
            + "(received 2026-11-20 10:51:21Z",
            home.Answered.ToString());
        home.Answered.Clear();
        home.Command("status", "--json");
        var settings = JsonDocument.Parse(home.Answered.ToString()).RootElement.GetProperty("settings");
        Assert.Equal(1, settings.GetProperty("ignored").GetInt32());
        Assert.Equal("stop event work", Assert.Single(settings.GetProperty("rules").EnumerateArray()).GetString());
        Settle(home, """{"stop":"all"}""").Answered.Clear();
        home.Command("why", "--json");
        var why = JsonDocument.Parse(home.Answered.ToString()).RootElement;
        Assert.False(why.GetProperty("recorded").GetBoolean());
        Assert.Contains("settings stop all", why.GetProperty("recipient_side").GetString());
        File.Delete(home.State.Settings);
        home.Answered.Clear();
        home.Command("status");
        Assert.Contains(
            "Collector settings: not received yet; nothing is sent until they are.\n", home.Answered.ToString());
    }

    [Theory]
    [InlineData("""{"stop":"all"}""", "the collector's settings stop all telemetry for this version and system")]
    [InlineData("""{"stop":"event","event":"work"}""", "no event ended that the collector's settings allow")]
    public async Task The_show_option_says_that_the_collector_stops_recording(string rule, string reason)
    {
        using var home = Settle(new UserHome().Agreed(), rule);
        Assert.Equal(
            $"telemetry: nothing was recorded, because {reason}.\n",
            (await Processes.Run(home, "work", "--printmetrics")).Errors);
    }

    [Fact]
    public async Task An_installation_that_settings_stop_still_requests_them_again()
    {
        using var home = Settle(new UserHome().Agreed(), """{"stop":"all"}""", TimeProvider.System.GetUtcNow().AddDays(-1));
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(Listener.Accept);
        await Processes.Run(home, collector, "work");
        await collector.Asked.Task;
        Assert.Empty(home.Lines());

        // A manual upload waits for the uploader that the run has started; then its settings exist.
        await Processes.Run(home, collector, "telemetry", "upload");
        await Processes.Run(home, "work");
        Assert.Single(home.Lines());
    }

    [Fact]
    public async Task For_an_endpoint_that_is_unreachable_nothing_is_recorded_until_it_answers_again()
    {
        using var home = new UserHome().Agreed().InBackground().Record(_ => { });
        await UnreachableTests.FailUntilLong(home);
        var since = DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value.Silence.Since;
        Assert.Single(UserHome.LinesIn(home.State.Path));
        home.Record(_ => { });
        Assert.Single(UserHome.LinesIn(home.State.Path));
        home.Command("why");
        Assert.Contains(
            $"Nothing is recorded: the endpoint has been unreachable since {since:u}; it is tried once a day.\n",
            home.Answered.ToString());

        // The next process that would have recorded tries again once an upload is due.
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        Assert.Empty(collector.AskedForSettings);
        home.Clock.Advance(TimeSpan.FromHours(31));
        using var client = home.Start();
        Assert.False(client.IsOn);
        new WorkEvent(client).Dispose();
        await home.End();
        Assert.Single(collector.AskedForSettings);
        Assert.Equal(1, Assert.Single(collector.Requests).Events);
        RecordBoth(client);
        Assert.Equal(2, home.Lines().Count);
        home.Answered.Clear();
        home.Command("why");
        Assert.EndsWith("Events are recorded.\n", home.Answered.ToString());
    }

    [Fact]
    public async Task A_program_that_can_start_itself_again_uploads_beside_its_work_only_after_an_hour()
    {
        using var home = new UserHome().Agreed().InBackground();
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        DueFile.Write(home.State.Due, home.Clock.GetUtcNow().UtcDateTime, failures: 0);
        using var client = home.Start();
        new OwnEvent(client).Dispose();
        home.Clock.Advance(TimeSpan.FromMinutes(59));
        new OwnEvent(client).Dispose();
        Assert.False(home.Ended.Reader.TryRead(out _));
        Assert.Empty(collector.AskedForSettings);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        new OwnEvent(client).Dispose();
        await home.End();
        Assert.Equal(3, Assert.Single(collector.Requests).Events);
    }

    /// <summary>Its class is in the running program, as generated code is.</summary>
    sealed class OwnEvent(TelemetryClient client) : TelemetryEvent(client, TallyEvent.Definition);

    static void RecordBoth(TelemetryClient client)
    {
        using (var work = new WorkEvent(client))
        {
            work.Port = "zlib";
            work.Succeed();
        }

        using var tally = new TallyEvent(client);
        tally.Number = 1;
    }

    /// <summary>Each event and field that was recorded.</summary>
    static HashSet<string> Recorded(UserHome home)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in home.Lines().Select(line => JsonDocument.Parse(line).RootElement))
        {
            var name = line.GetProperty("event").GetString()!;
            all.Add(name);
            all.UnionWith(line.GetProperty("fields").EnumerateObject().Select(field => name + " " + field.Name));
        }

        return all;
    }

    static IEnumerable<string?> Withheld(JsonElement line) =>
        line.TryGetProperty("withheld", out var names) ? names.EnumerateArray().Select(name => name.GetString()) : [];

    /// <summary>An uploader has received these rules.</summary>
    static UserHome Settle(UserHome home, string rules, DateTimeOffset? time = null)
    {
        var answer = Encoding.UTF8.GetBytes("{\"tallymark\":1,\"lifetime_hours\":168,\"rules\":[" + rules + "]}");
        var text = SettingsAnswer.ToText(answer, (time ?? home.Clock.GetUtcNow()).UtcDateTime)!;
        StateFolder.Replace(home.State.Settings, Encoding.ASCII.GetBytes(text));
        return home;
    }
}
