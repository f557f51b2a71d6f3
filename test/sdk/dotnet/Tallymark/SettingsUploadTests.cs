// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// The uploader and remote settings (spec/settings.md), against real sockets: when it requests them, which answers are
/// valid, what it holds back.
/// </summary>
public sealed class SettingsUploadTests
{
    [Fact]
    public async Task It_requests_settings_before_the_first_batch_and_sends_nothing_about_the_user()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(new UploadResult(1, 0, 0, null), await home.Upload(collector));
        var request = Assert.Single(collector.AskedForSettings);
        Assert.Equal("GET /v1/settings?tool=sample-tool HTTP/1.1", request.Line);
        Assert.Equal(["Host", "User-Agent"], request.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("tallymark/1", request.Headers["User-Agent"]);
        Assert.Equal(
            "tallymark-settings 1\nrules 0\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n",
            File.ReadAllText(home.State.Settings));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.State.Settings));
    }

    [Fact]
    public async Task It_asks_again_after_an_hour_and_not_before()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        await home.Upload(collector);
        home.Clock.Advance(TimeSpan.FromMinutes(59));
        await home.Record(_ => { }).Upload(collector);
        Assert.Single(collector.AskedForSettings);
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Record(_ => { }).Upload(collector);
        Assert.Equal(2, collector.AskedForSettings.Count);
        Assert.Equal(3, collector.Requests.Count);
    }

    public static TheoryData<string, string> AnswersThatAreNone() => new()
    {
        { "a captive portal", Listener.Foreign(200, "<html>Welcome to the airport</html>") },
        { "a portal that apes", Listener.Foreign(200, """{"tallymark":1,"lifetime_hours":168}""") },
        { "a page under the mark", Listener.Answer(200, "<html>") },
        { "no lifetime", Listener.Answer(200, """{"tallymark":1}""") },
        { "a proxy's 404", Listener.Foreign(404, "gone") },
        { "an older collector", Listener.Problem(404, "not-found") },
        { "an unknown tool", Listener.Problem(404, "unknown-tool") },
        { "503", Listener.Problem(503, "stopping") },
        { "a redirect", Listener.Answer(307, "", "Location: http://127.0.0.1:1/v1/settings") },
        { "another 2xx", Listener.Answer(203, """{"tallymark":1,"lifetime_hours":168}""") },
        { "far too much", Listener.Answer(200, """{"tallymark":1,"lifetime_hours":168}""" + new string(' ', 70_000)) },
    };

    [Theory]
    [MemberData(nameof(AnswersThatAreNone))]
    public async Task Before_the_first_settings_nothing_is_sent_and_recording_continues(string what, string answer)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept, _ => answer);
        var result = await home.Upload(collector);
        Assert.True(result.Problem?.StartsWith("collector settings not received: ", StringComparison.Ordinal), what);
        Assert.Empty(collector.Requests);
        Assert.Equal(1, Due(home).Failures);
        Assert.False(File.Exists(home.State.Settings));
        Assert.Equal(2, home.Record(_ => { }).Lines().Count);
        using var better = new Listener(Listener.Accept);
        Assert.Equal(new UploadResult(2, 0, 0, null), await home.Upload(better));
    }

    [Theory]
    [MemberData(nameof(AnswersThatAreNone))]
    public async Task After_such_an_answer_the_stored_settings_apply_until_they_expire(string what, string answer)
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        var kept = File.ReadAllText(home.State.Settings);
        using var collector = new Listener(Listener.Accept, _ => answer);
        home.Clock.Advance(TimeSpan.FromHours(167));
        var result = await home.Upload(collector);

        // An answer that is too long is not read, as if there were none.
        Assert.True(result.Accepted == (what == "far too much" ? 0 : 1), what);
        Assert.Equal(kept, File.ReadAllText(home.State.Settings));
        home.Clock.Advance(TimeSpan.FromHours(1));
        result = await home.Record(_ => { }).Upload(collector);
        Assert.True(result is { Accepted: 0, Problem: not null }, what);
    }

    [Fact]
    public async Task Without_an_answer_no_second_request_is_sent()
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        home.Clock.Advance(TimeSpan.FromHours(2));
        using var collector = new Listener(Listener.Accept, _ => null);
        var upload = home.Upload(collector);
        await collector.Asked.Task;
        home.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new UploadResult(0, 0, 0, "collector settings not received: no answer in time"), await upload);
        Assert.Empty(collector.Requests);
        await collector.Gone.Task;
    }

    [Theory]
    [InlineData("Retry-After: 18000")]
    [InlineData("Retry-After: Fri, 20 Nov 2026 15:51:21 GMT")]
    public async Task A_collector_can_ask_for_a_longer_pause_here_too(string header)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Clock.AdjustTime(new(2026, 11, 20, 10, 51, 21, TimeSpan.Zero));
        using var collector = new Listener(Listener.Accept, _ => Listener.Problem(503, "busy", header));
        await home.Upload(collector);
        Assert.Equal(TimeSpan.FromHours(5), Due(home).Time - home.Clock.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task With_everything_stopped_nothing_is_sent_without_failure_and_the_queue_is_sent_afterwards()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using (var collector = new Listener(Listener.Accept, _ => Listener.Settings("""{"stop":"all"}""")))
        {
            var result = await home.Upload(collector);
            Assert.Equal(
                "nothing is sent, because the collector's settings stop all telemetry for this version and system",
                result.Problem);
            Assert.Empty(collector.Requests);
        }

        Assert.Equal(0, Due(home).Failures);
        Assert.Single(home.Lines());
        home.Clock.Advance(TimeSpan.FromDays(1));
        using var later = new Listener(Listener.Accept);
        Assert.Equal(new UploadResult(1, 0, 0, null), await home.Upload(later));
    }

    [Fact]
    public async Task A_batch_with_a_stopped_event_waits_as_it_is_and_the_others_go()
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        using (var client = home.Start())
        using (var tally = new Program.TallyEvent(client))
            tally.Number = 5;
        using (var busy = new Listener(_ => Listener.Problem(503, "busy")))
            Assert.Equal(1, (await home.Upload(busy)).Waiting);
        var id = Path.GetFileName(Assert.Single(Directory.GetDirectories(home.State.Batches)));
        var before = UserHome.LinesIn(home.State.Batches);
        home.Record(_ => { });
        home.Clock.Advance(TimeSpan.FromHours(2));
        using (var collector = new Listener(Listener.Accept, _ => Listener.Settings("""{"stop":"event","event":"tally"}""")))
        {
            Assert.Equal(
                new UploadResult(1, 0, 1, "the collector's settings stop the event tally"),
                await home.Upload(collector));
            Assert.DoesNotContain(
                "tally\"", string.Join('\n', collector.Requests.SelectMany(request => request.Lines[1..])));
        }

        Assert.Equal(0, Due(home).Failures);
        Assert.Equal(before, UserHome.LinesIn(home.State.Batches));
        home.Clock.Advance(TimeSpan.FromHours(2));
        using var later = new Listener(Listener.Accept);
        Assert.Equal(2, (await home.Upload(later)).Accepted);
        Assert.Equal(id, Assert.Single(later.Requests).Batch);
    }

    [Theory]
    [InlineData("""{"stop":"field","field":"items"}""", 0)]
    [InlineData("""{"stop":"field","event":"work","field":"items"}""", 0)]
    [InlineData("""{"stop":"field","event":"tally","field":"items"}""", 1)]
    [InlineData("""{"stop":"field","field":"port"}""", 1)]
    [InlineData("""{"stop":"field","field":"items","os":["plan9"]}""", 1)]
    [InlineData("""{"stop":"all","versions":["1.4.3"]}""", 1)]
    [InlineData("""{"stop":"all","versions":["1.4.2"]}""", 0)]
    [InlineData("""{"share":0}""", 0)]
    [InlineData("""{"share":1}""", 1)]
    public async Task Batches_with_a_stopped_field_or_outside_the_share_wait(string rule, int sent)
    {
        using var home = new UserHome().Agreed().Record(work => work.Items = 3);
        using var collector = new Listener(Listener.Accept, _ => Listener.Settings(rule));
        Assert.Equal(sent, (await home.Upload(collector)).Accepted);
        Assert.Equal(sent, collector.Requests.Count);
        Assert.Equal(0, Due(home).Failures);
    }

    [Fact]
    public async Task The_secret_decides_who_is_in_a_share()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var installation = Installation.Find(home.State, home.Tool.Tool)!;
        int least = 0, most = 1_000_000;
        while (most - least > 1)
        {
            var middle = (least + most) / 2;
            (least, most) = installation.IsInShare(middle) ? (least, middle) : (middle, most);
        }

        var share = least;
        using var collector = new Listener(
            Listener.Accept,
            _ => Listener.Settings(
                "{\"share\":0." + share.ToString("d6", System.Globalization.CultureInfo.InvariantCulture) + "}"));
        var outside = await home.Upload(collector);
        Assert.Contains("this is not one of them", outside.Problem);
        Assert.Empty(collector.Requests);
        share = most == 1_000_000 ? least : most;
        home.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(most == 1_000_000 ? 0 : 1, (await home.Upload(collector)).Accepted);
    }

    static DueFile Due(UserHome home) => DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value;
}
