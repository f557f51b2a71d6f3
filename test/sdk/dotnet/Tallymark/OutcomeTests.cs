// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tallymark.Tests;

/// <summary>The fate of a batch after each kind of answer (spec/wire.md), against real sockets.</summary>
public sealed class OutcomeTests
{
    [Fact]
    public async Task An_accepted_batch_is_kept_as_it_was_sent_with_what_the_collector_said()
    {
        using var home = new UserHome().Agreed().Record(work => work.Items = 1, work => work.Items = 2);
        var lines = home.Lines();
        using var collector = new Listener(Listener.Accept);
        var result = await home.Upload(collector);
        Assert.Equal(new UploadResult(2, 0, 0, null), result);
        var request = Assert.Single(collector.Requests);
        Assert.Equal("POST /v1/batches HTTP/1.1", request.Line);
        Assert.Equal(lines, request.Lines[1..]);
        Assert.Equal(
            $$"""{"tallymark":1,"batch":"{{request.Batch}}","tool":"sample-tool","events":2}""", request.Lines[0]);
        var sent = Path.Combine(home.State.Sent, request.Batch);
        Assert.Equal(Listener.Reply(request.Batch, 2), File.ReadAllText(Path.Combine(sent, "reply.json")));
        Assert.Equal(lines, UserHome.LinesIn(sent));
        Assert.Empty(home.Lines());
        Assert.Equal(home.Clock.GetUtcNow().UtcDateTime.AddHours(24).Date, Due(home).Time.Date);
    }

    [Fact]
    public async Task A_request_says_nothing_about_the_user_or_the_machine()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        await home.Upload(collector);
        var headers = Assert.Single(collector.Requests).Headers;
        Assert.Equal(
            ["Content-Encoding", "Content-Length", "Content-Type", "Host", "User-Agent"], headers.Keys.Order(
                StringComparer.Ordinal));
        Assert.Equal("tallymark/1", headers["User-Agent"]);
        Assert.Equal("application/x-ndjson", headers["Content-Type"]);
        Assert.Equal("gzip", headers["Content-Encoding"]);
    }

    public static TheoryData<string, string> AnswersForLater() => new()
    {
        { "another batch", Listener.Answer(200, Listener.Reply("0f8fad5b-d9cb-469f-a165-70867728950e", 1)) },
        { "a captive portal", Listener.Foreign(200, "<html>Welcome to the airport</html>") },
        { "a portal that apes", Listener.Foreign(200, "{}", "Content-Type: application/json") },
        { "no JSON", Listener.Answer(200, "fine") },
        { "an array", Listener.Answer(200, "[]") },
        { "no content", Listener.Answer(204, "") },
        { "a proxy's 403", Listener.Foreign(403, "forbidden") },
        { "a proxy's 400", Listener.Foreign(400, "bad") },
        { "a proxy's 404", Listener.Foreign(404, "gone") },
        { "a proxy's 413", Listener.Foreign(413, "large") },
        { "a proxy's 407", Listener.Foreign(407, "who are you", "Proxy-Authenticate: Basic realm=\"x\"") },
        { "408", Listener.Problem(408, "slow") },
        { "429", Listener.Problem(429, "busy") },
        { "500", Listener.Problem(500, "trouble") },
        { "503", Listener.Problem(503, "stopping") },
    };

    [Theory]
    [MemberData(nameof(AnswersForLater))]
    public async Task An_answer_that_decides_nothing_leaves_the_batch_as_it_is(string what, string answer)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => answer);
        var result = await home.Upload(collector);
        Assert.Equal(0, result.Accepted);
        Assert.True(result.Waiting == 1, what);
        Assert.NotNull(result.Problem);
        Assert.Equal(1, Due(home).Failures);
        Assert.Single(collector.Requests);

        // Later, the same bytes under the same id.
        using var better = new Listener(Listener.Accept);
        Assert.Equal(new UploadResult(1, 0, 0, null), await home.Upload(better));
        Assert.Equal(collector.Requests.Single().Lines, better.Requests.Single().Lines);
        Assert.Equal(0, Due(home).Failures);
    }

    [Fact]
    public async Task A_wrong_count_is_not_accepted()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(
            request => Listener.Answer(200, Listener.Reply(request.Batch, request.Events + 1)));
        Assert.Equal(1, (await home.Upload(collector)).Waiting);
    }

    [Theory]
    [InlineData(400, "malformed")]
    [InlineData(404, "unknown-tool")]
    [InlineData(404, "not-found")]
    [InlineData(405, "method")]
    [InlineData(413, "too-large")]
    [InlineData(415, "content-type")]
    public async Task A_refusal_that_does_not_name_the_batch_keeps_the_events_and_why_says_so(int status, string name)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => Listener.Problem(status, name));
        var since = home.Clock.GetUtcNow().UtcDateTime;
        Assert.Equal(1, (await home.Upload(collector)).Waiting);
        home.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, (await home.Upload(collector)).Waiting);
        var answer = LastAnswer.Read(home.State)!.Value;
        Assert.Equal((since.Date, $"status {status}, {name}"), (answer.Since.Date, answer.Text));

        // The operator corrects it.
        using var better = new Listener(Listener.Accept);
        Assert.Equal(new UploadResult(1, 0, 0, null), await home.Upload(better));
        Assert.Null(LastAnswer.Read(home.State));
    }

    [Theory]
    [InlineData(400, "malformed")]
    [InlineData(401, "who")]
    [InlineData(403, "no")]
    [InlineData(404, "unknown-tool")]
    [InlineData(405, "method")]
    [InlineData(410, "gone")]
    [InlineData(415, "content-type")]
    public async Task Permanently_rejected_batches_are_set_aside_and_not_sent_again(int status, string name)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(request => Listener.Refusal(status, name, request.Batch));
        Assert.Equal(new UploadResult(0, 1, 0, null), await home.Upload(collector));
        var request = Assert.Single(collector.Requests);
        Assert.Single(UserHome.LinesIn(Path.Combine(home.State.Rejected, request.Batch)));
        Assert.Contains(name, File.ReadAllText(Path.Combine(home.State.Rejected, request.Batch, "reply.json")));
        Assert.Equal(default, await home.Upload(collector));
        Assert.Single(collector.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var other = new Listener(Listener.Accept);
        using var collector = new Listener(_ => Listener.Answer(307, "", "Location: " + other.Address));
        Assert.Equal(1, (await home.Upload(collector)).Waiting);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_cookie_is_not_kept()
    {
        using var home = new UserHome().Agreed().RecordMany(600);
        using var collector = new Listener(request =>
            Listener.Answer(200, Listener.Reply(request.Batch, request.Events), "Set-Cookie: id=1; Path=/"));
        await home.Upload(collector);
        Assert.InRange(collector.Requests.Count, 2, 10);
        Assert.All(collector.Requests, request => Assert.DoesNotContain("Cookie", request.Headers.Keys));
    }

    [Fact]
    public async Task A_refused_connection_leaves_the_batch()
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        home.Collector = "http://" + free.LocalEndpoint + "/v1/batches";
        free.Stop();
        var result = await home.Upload();
        Assert.Equal(1, result.Waiting);
        Assert.NotNull(result.Problem);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => null);
        var upload = home.Upload(collector);
        await collector.First.Task;
        home.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new UploadResult(0, 0, 1, "no answer in time"), await upload);
        await collector.Gone.Task;
    }

    [Theory]
    [InlineData("http://telemetry.example/v1/batches")]
    [InlineData("http://10.0.0.1/v1/batches")]
    [InlineData("http://127.0.0.1.example/v1/batches")]
    [InlineData("http://localhost.example/v1/batches")]
    [InlineData("http://user:password@127.0.0.1/v1/batches")]
    [InlineData("ftp://127.0.0.1/v1/batches")]
    [InlineData("nonsense")]
    public async Task Without_https_only_a_loopback_address_is_used(string endpoint)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Tool = Some.Copy(home.Tool, endpoint);
        Assert.Null(Sender.Allowed(home.Tool.Endpoint));
        var result = await home.Upload();
        Assert.Contains("the endpoint is not a valid https: URL", result.Problem);
        Assert.Single(home.Lines());
    }

    [Theory]
    [InlineData("Retry-After: 18000", 5 * 60)]
    [InlineData("Retry-After: Fri, 20 Nov 2026 15:51:21 GMT", 5 * 60)]
    [InlineData("Retry-After: 99999999", 7 * 24 * 60)]
    public async Task The_collector_can_ask_for_a_longer_pause_in_both_forms(string header, int minutes)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Clock.AdjustTime(new(2026, 11, 20, 10, 51, 21, TimeSpan.Zero));
        using var collector = new Listener(_ => Listener.Problem(503, "busy", header));
        await home.Upload(collector);
        Assert.Equal(TimeSpan.FromMinutes(minutes), Due(home).Time - home.Clock.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task The_pause_grows_with_each_failure_up_to_a_day()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => Listener.Problem(503, "busy", "Retry-After: nonsense"));
        double[] hours = [1, 2, 4, 8, 16, 24, 24];
        foreach (var most in hours)
        {
            await home.Upload(collector);
            var pause = Due(home).Time - home.Clock.GetUtcNow().UtcDateTime;
            Assert.InRange(pause.TotalHours, most * 0.74, most);
        }

        Assert.Equal(hours.Length, Due(home).Failures);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_until_it_fits_and_nothing_is_sent_twice()
    {
        using var home = new UserHome().Agreed().RecordMany(10);
        var lines = home.Lines();
        var stored = new ConcurrentDictionary<string, string[]>();
        using var collector = new Listener(request =>
        {
            if (request.Events > 3)
                return Listener.Problem(413, "too-large");
            stored[request.Batch] = request.Lines[1..];
            return Listener.Accept(request);
        });
        Assert.Equal(new UploadResult(10, 0, 0, null), await home.Upload(collector));
        Assert.Equal(
            lines.Order(StringComparer.Ordinal), stored.Values.SelectMany(part => part).Order(StringComparer.Ordinal));
        Assert.Equal(4, stored.Count);
        var whole = collector.Requests.First().Batch;
        Assert.Equal(Batches.PartId(whole, 0, 5), collector.Requests.ElementAt(1).Batch);
    }

    [Fact]
    public async Task One_event_that_is_too_large_is_never_sent_again()
    {
        using var home = new UserHome().Agreed().RecordMany(2);
        using var collector = new Listener(request => Listener.Refusal(413, "too-large", request.Batch));
        Assert.Equal(new UploadResult(0, 2, 0, null), await home.Upload(collector));
        Assert.Equal(3, collector.Requests.Count);
    }

    [Fact]
    public async Task A_process_with_many_events_is_sent_in_batches_of_at_most_500()
    {
        using var home = new UserHome().Agreed().RecordMany(1201);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(1201, (await home.Upload(collector)).Accepted);
        Assert.All(collector.Requests, request => Assert.InRange(request.Events, 1, 500));
        Assert.Equal(1201, collector.Requests.SelectMany(request => request.Lines[1..]).Distinct().Count());
    }

    [Fact]
    public async Task Nothing_is_sent_after_switching_off()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        home["DO_NOT_TRACK"] = "1";
        var result = await home.Upload(collector);
        Assert.Contains("DO_NOT_TRACK=1", result.Problem);
        Assert.Empty(collector.Requests);
        Assert.Single(home.Lines());
    }

    [Fact]
    public async Task Switching_off_stops_a_running_uploader_before_the_next_batch()
    {
        using var home = new UserHome().Agreed().RecordMany(600);
        using var collector = new Listener(request =>
        {
            home["DO_NOT_TRACK"] = "1";
            return Listener.Accept(request);
        });
        var result = await home.Upload(collector);
        Assert.Single(collector.Requests);
        Assert.Contains("DO_NOT_TRACK=1", result.Problem);
    }

    [Fact]
    public async Task A_batch_of_a_manifest_that_the_collector_lacks_does_not_hold_up_the_others()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using (var behind = new Listener(_ => Listener.Problem(503, "unknown-manifest")))
            Assert.Equal(1, (await home.Upload(behind)).Waiting);
        home.Record(_ => { });
        var first = true;
        using var collector = new Listener(request =>
        {
            var answer = first ? Listener.Problem(503, "unknown-manifest") : Listener.Accept(request);
            first = false;
            return answer;
        });
        var result = await home.Upload(collector);
        Assert.Equal(1, result.Accepted);
        Assert.Equal(1, result.Waiting);
    }

    [Fact]
    public async Task The_command_waits_for_a_running_uploader_and_then_continues()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var held = StateFolder.Open(
            home.State.UploadLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal("another uploader is running", (await home.Upload(collector)).Problem);
        var waiting = Task.Run(() => home.Command("upload"), TestContext.Current.CancellationToken);
        Assert.Empty(collector.Requests);
        held.Dispose();
        Assert.Equal(0, await waiting);
        Assert.Single(collector.Requests);
        Assert.Equal("sample-tool telemetry: 1 event accepted.\n", home.Said.ToString());
    }

    [Fact]
    public void The_command_says_that_the_collector_does_not_know_an_accepted_event()
    {
        using var home = new UserHome().Agreed().Record(_ => { }, _ => { }, _ => { });
        using var collector = new Listener(request => Listener.Answer(
            200, Listener.Reply(request.Batch, 3).Replace("{}", "{\"duplicate\":1,\"unknown-event\":2}",
                StringComparison.Ordinal)));
        home.Collector = collector.Address;
        Assert.Equal(0, home.Command("upload"));
        Assert.Contains(
            "3 events accepted, but 2 not stored (unknown-event): the collector has another manifest under the same "
            + "version. Raise `version`", home.Said.ToString());
    }

    [Theory]
    [InlineData(
        "{\"deleted\":1}",
        "1 event accepted, but 1 not stored (deleted): the collector was asked to delete this installation, and stores no"
        + " event with its id.")]
    [InlineData(
        "{\"bad-time\":1}",
        "1 event accepted, but 1 not stored (bad-time): their time is in the future; check this machine's clock.")]
    [InlineData("{\"too-old\":1}", "1 event accepted, but 1 not stored (too-old): they had waited too long.")]
    [InlineData("{\"of-tomorrow\":1}", "but 1 not stored (of-tomorrow): the collector does not take them.")]
    [InlineData("{\"duplicate\":1}", "1 event accepted.")]
    [InlineData("{\"\\u001b[2J\":1}", "1 event accepted.")]
    public void The_command_says_why_an_accepted_event_was_not_stored(string dropped, string said)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(request => Listener.Answer(
            200, Listener.Reply(request.Batch, 1).Replace("{}", dropped, StringComparison.Ordinal)));
        home.Collector = collector.Address;
        Assert.Equal(0, home.Command("upload"));
        Assert.EndsWith(said + "\n", home.Said.ToString());
    }

    [Fact]
    public async Task A_failed_secure_connection_says_what_failed()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answers = Task.Run(async () =>
        {
            using var client = await plain.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(
                "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        home.Collector = "https://127.0.0.1:" + ((IPEndPoint)plain.LocalEndpoint).Port + "/v1/batches";
        Assert.Equal(1, home.Command("upload"));
        await answers;
        home.Command("why");
        foreach (var text in (string[])[home.Said.ToString(), home.Answered.ToString()])
        {
            Assert.Contains("collector settings not received: no secure connection: ", text);
            Assert.DoesNotContain("inner exception", text);
            Assert.DoesNotContain("..", text);
        }
    }

    [Fact]
    public void The_command_says_what_happened_and_its_exit_code_too()
    {
        using var home = new UserHome().Agreed().WithSettings();
        home.Collector = "http://127.0.0.1:1/";
        home["DO_NOT_TRACK"] = "1";
        Assert.Equal(0, home.Command("upload"));
        home["DO_NOT_TRACK"] = null;
        Assert.Equal("sample-tool telemetry: nothing is queued.\n", home.Said.ToString());
        home.Record(_ => { });
        Assert.Equal(1, home.Command("upload"));
        Assert.Contains("1 batch waiting: ", home.Said.ToString());
        Assert.Equal("", home.Answered.ToString());
        Assert.Equal(2, home.Command("nonsense"));
        Assert.Equal(2, home.Command());
    }

    [Fact]
    public async Task Sent_batches_are_removed_after_thirty_days()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        home.Clock.AdjustTime(DateTimeOffset.UtcNow);
        await home.Upload(collector);
        home.Clock.Advance(TimeSpan.FromDays(29));
        await home.Upload(collector);
        Assert.Single(Directory.GetDirectories(home.State.Sent));
        home.Clock.Advance(TimeSpan.FromDays(2));
        await home.Upload(collector);
        Assert.Empty(Directory.GetDirectories(home.State.Sent));
    }

    static DueFile Due(UserHome home) => DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value;
}
