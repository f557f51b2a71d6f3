// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// `telemetry delete`: which collector is asked for what, and what is left without an answer (spec/choice.md,
/// "delete").
/// </summary>
public sealed class DeleteTests
{
    [Fact]
    public void It_sends_the_proof_of_this_id_and_of_earlier_ones_and_a_new_id_begins()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var first = Proof(home);
        home.Command("off");
        home.Command("on");
        home.Record(_ => { });
        var second = Proof(home);
        var before = Id(home);
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        var request = Assert.Single(collector.Requests);
        Assert.Equal("POST /v1/deletions HTTP/1.1", request.Line);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal(
            $$"""{"tallymark":1,"tool":"sample-tool","proofs":["{{first}}","{{second}}"]}""", Assert.Single(request.Lines));
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "User-Agent"], request.Headers.Keys.Order(
                StringComparer.Ordinal));
        Assert.False(File.Exists(home.State.Proofs));
        Assert.False(File.Exists(home.State.Installation));
        Assert.Empty(home.Lines());
        Assert.Contains("received from this installation (2 ids)", home.Said.ToString());
        home.Record(_ => { });
        Assert.NotEqual(before, Id(home));
        home.Command("why");
        Assert.Contains("Events are recorded.", home.Answered.ToString());
    }

    [Fact]
    public void A_process_that_is_running_meanwhile_continues_under_a_new_id()
    {
        using var home = new UserHome().Agreed();
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        var before = Id(home);

        Assert.Equal(0, home.Command("delete"));
        new WorkEvent(client).Dispose();

        Assert.Single(home.Lines());
        Assert.NotEqual(before, Id(home));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("DO_NOT_TRACK")]
    [InlineData("SAMPLE_OFF")]
    [InlineData("CI")]
    [InlineData("policy")]
    [InlineData("choice")]
    public void It_works_whatever_switched_telemetry_off_and_does_not_change_that(string source)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var proof = Proof(home);
        if (source == "off")
            home.Command("off");
        else if (source == "policy")
            File.WriteAllText(home.PolicyFile, "tallymark-policy 1\n* off\n");
        else if (source == "choice")
        {
            home.Command("withhold", "items");
            File.WriteAllText(home.ChoiceFile, "nonsense");
        }
        else
            home[source] = "true";
        var why = Why(home);
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        Assert.Equal([proof], Proofs(Assert.Single(collector.Requests)));
        home.Collector = null;
        Assert.Equal(why, Why(home));
        Assert.DoesNotContain("is on", why);
    }

    [Fact]
    public void The_choice_stays_what_it_was()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Command("withhold", "items");
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;
        var before = Choice.Parse(File.ReadAllText(home.ChoiceFile));

        Assert.Equal(0, home.Command("delete"));

        var after = Choice.Parse(File.ReadAllText(home.ChoiceFile));
        Assert.Equal((before.On, before.Error), (after.On, after.Error));
        Assert.Equal(["items"], after.Withheld);
        Assert.NotEqual(before.SaveId, after.SaveId);
    }

    public static TheoryData<string, string> OtherAnswers() => new()
    {
        { Listener.Problem(503, "busy"), "status 503, busy" },
        { Listener.Problem(400, "malformed"), "status 400, malformed" },
        { Listener.Problem(404, "unknown-tool"), "status 404, unknown-tool" },
        { Listener.Foreign(200, """{"tool":"sample-tool","received":1}"""), "not from a collector" },
        { Listener.Foreign(404, "nothing here"), "not from a collector" },
        { Listener.Answer(200, """{"tool":"sample-tool","received":2}"""), "but the reply is for a different request" },
        { Listener.Answer(200, """{"tool":"other","received":1}"""), "but the reply is for a different request" },
        { Listener.Answer(200, ""), "but the reply is for a different request" },
        { Listener.Answer(204, ""), "status 204" },
        { Listener.Answer(307, "", "Location: http://127.0.0.1:9/v1/deletions"), "status 307" },
        { "nonsense\r\n\r\n", "" },
    };

    [Theory]
    [MemberData(nameof(OtherAnswers))]
    public void Only_an_answer_that_repeats_tool_and_count_confirms_a_deletion(string answer, string said)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var proof = Proof(home);
        using (var other = new Listener(_ => answer))
        {
            home.Collector = other.Address;
            Assert.Equal(1, home.Command("delete"));
        }

        Assert.Contains(said, home.Said.ToString());
        Assert.Contains("not deleted: 1 id at ", home.Said.ToString());
        Assert.Equal([proof], ProofFile.Read(home.State).Select(kept => kept.Hex));
        Assert.Empty(home.Lines());   // whatever comes of it, nothing of this id is sent any more
        Assert.False(File.Exists(home.State.Installation));

        using var collector = new Listener(Accept);
        home.Collector = collector.Address;
        Assert.Equal(0, home.Command("delete"));
        Assert.Equal([proof], Proofs(Assert.Single(collector.Requests)));
        Assert.False(File.Exists(home.State.Proofs));
    }

    [Fact]
    public void Without_an_answer_nothing_counts_as_deleted()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        home.Collector = $"http://{silent.LocalEndPoint}/v1/batches";
        Assert.Equal(1, home.Command("delete"));
        Assert.Single(File.ReadAllLines(home.State.Proofs));
    }

    [Fact]
    public void With_nothing_to_delete_no_request_is_sent_and_no_file_is_created()
    {
        using var home = new UserHome().Agreed();
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        Assert.Empty(collector.Requests);
        Assert.Contains("nothing to delete: this user has no installation id", home.Said.ToString());
        Assert.False(File.Exists(home.ChoiceFile));
        home.Command("delete", "--json");
        using var json = JsonDocument.Parse(home.Answered.ToString());
        Assert.Equal(0, json.RootElement.GetProperty("collectors").GetArrayLength());
    }

    [Fact]
    public void Events_without_an_id_are_named_because_they_cannot_be_found()
    {
        var tool = SampleTelemetry.Tool;
        var scope = tool.Scope.Replace("field tally installation installation\n", "", StringComparison.Ordinal);
        using var home = new UserHome { Tool = Some.Copy(tool, scope: scope) }.Agreed().Record(_ => { });
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;

        Assert.Equal(1, home.Command("delete", "--json"));

        Assert.Single(collector.Requests);
        Assert.Contains(" received under 1 id of this installation", home.Said.ToString());
        Assert.Contains("not deleted: the events tally, because they carry no installation id", home.Said.ToString());
        using var json = JsonDocument.Parse(home.Answered.ToString());
        Assert.Equal("tally", Assert.Single(json.RootElement.GetProperty("without_id").EnumerateArray()).GetString());
    }

    [Fact]
    public void Many_ids_go_in_requests_of_a_hundred_and_those_that_were_confirmed_are_not_asked_for_again()
    {
        using var home = new UserHome().Agreed();
        var proofs = Enumerable.Range(0, 250).Select(i => i.ToString("x64", CultureInfo.InvariantCulture)).ToList();
        File.WriteAllText(home.State.Proofs, string.Concat(proofs.Select(proof => proof + "\n")) + "no proof\n");
        var requests = 0;
        using var collector = new Listener(
            request => ++requests == 2 ? Listener.Problem(503, "busy") : Accept(request));
        home.Collector = collector.Address;

        Assert.Equal(1, home.Command("delete", "--json"));
        using (var json = JsonDocument.Parse(home.Answered.ToString()))
        {
            var one = Assert.Single(json.RootElement.GetProperty("collectors").EnumerateArray());
            Assert.Equal((250, 100), (one.GetProperty("ids").GetInt32(), one.GetProperty("deleted").GetInt32()));
            Assert.Equal("https://collector.invalid/v1/batches", one.GetProperty("endpoint").GetString());
            Assert.Equal("status 503, busy", one.GetProperty("trouble").GetString());
        }

        Assert.Equal(0, home.Command("delete"));

        Assert.Equal(4, collector.Requests.Count);
        Assert.Equal(proofs, collector.Requests.Where((_, i) => i != 1).SelectMany(Proofs));
    }

    [Fact]
    public void Each_recipient_gets_only_its_own_proofs_even_after_the_policy_stops_naming_it()
    {
        using var first = new Listener(Accept);
        using var second = new Listener(Accept);
        using var home = new UserHome();
        home.Tool = At(home.Tool, first.Address);
        home.Agreed().Record(_ => { });
        var own = Proof(home);
        File.WriteAllText(
            home.PolicyFile, $"tallymark-policy 1\nsample-tool redirect {second.Address} recipient Example Ltd\n");
        Assert.Equal(0, home.Command("notice"));
        home.Record(_ => { });
        var folder = Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(home.State.Path)!, "sample-tool@*"));
        var theirs = Convert.ToHexStringLower(new Installation("sample-tool", Secret(folder)).Proof);
        File.Delete(home.PolicyFile);

        Assert.Equal(0, home.Command("delete"));

        Assert.Equal([own], Proofs(Assert.Single(first.Requests)));
        Assert.Equal([theirs], Proofs(Assert.Single(second.Requests)));
    }

    [Fact]
    public void If_the_recipients_address_is_no_longer_known_delete_reports_it()
    {
        using var home = new UserHome();
        var folder = Path.Combine(Path.GetDirectoryName(home.State.Path)!, "sample-tool@0011223344556677");
        StateFolder.Make(Path.Combine(folder, "receipts"));
        File.WriteAllText(Path.Combine(folder, "proofs"), new string('a', 64) + "\n");

        Assert.Equal(1, home.Command("delete"));
        Assert.Contains(
            "not deleted: 1 id of folder sample-tool@0011223344556677: the collector's endpoint is unknown or not "
            + "allowed. Ask the recipient to delete the data.\n", home.Said.ToString());
        Assert.Single(File.ReadAllLines(Path.Combine(folder, "proofs")));
    }

    [Fact]
    public void Earlier_ids_go_to_the_address_of_their_time_and_no_other()
    {
        using var first = new Listener(Accept);
        using var second = new Listener(Accept);
        using var home = new UserHome();
        home.Tool = At(home.Tool, first.Address);
        home.Agreed().Record(_ => { });
        var before = Proof(home);
        home.Tool = At(home.Tool, second.Address);
        Assert.Equal(0, home.Command("notice"));
        home.Record(_ => { });
        var now = Proof(home);
        Assert.NotEqual(before, now);

        Assert.Equal(0, home.Command("delete", "--json"));

        Assert.Equal([before], Proofs(Assert.Single(first.Requests)));
        Assert.Equal([now], Proofs(Assert.Single(second.Requests)));
        using var json = JsonDocument.Parse(home.Answered.ToString());
        Assert.Equal(
            [first.Address, second.Address],
            json.RootElement.GetProperty("collectors").EnumerateArray()
                .Select(one => one.GetProperty("endpoint").GetString()));
    }

    [Fact]
    public void An_address_that_may_not_be_sent_to_is_not_asked()
    {
        using var home = new UserHome();
        home.Tool = At(home.Tool, "http://collector.example/v1/batches");
        home.Agreed().Record(_ => { });
        Assert.Equal(1, home.Command("delete"));
        Assert.Contains("is unknown or not allowed. Ask the recipient to delete the data", home.Said.ToString());
        Assert.Single(ProofFile.Read(home.State));
    }

    [Fact]
    public async Task It_waits_for_an_uploader_that_is_at_work_so_that_nothing_is_sent_after_it()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        Task<int>? deletion = null;
        using var collector = new Listener(request =>
        {
            if (request.Line.Contains("deletions", StringComparison.Ordinal))
                return Accept(request);

            // The batch was sent. The answer comes after the deletion has begun, while the uploader still holds its
            // lock.
            deletion = Task.Run(() => home.Command("delete"));
            while (!File.Exists(home.ChoiceFile) && !deletion.IsCompleted)
                continue;
            return Listener.Accept(request);
        });
        home.Collector = collector.Address;

        var sent = await home.Upload();

        Assert.Equal(1, sent.Accepted);
        Assert.Equal(0, await deletion!);
        Assert.Equal(
            ["POST /v1/batches HTTP/1.1", "POST /v1/deletions HTTP/1.1"],
            collector.Requests.Select(request => request.Line));
        Assert.Single(UserHome.LinesIn(home.State.Sent));
    }

    [Theory]
    [InlineData("?rename,?renameat,?renameat2", 2)]
    [InlineData("?unlink,?unlinkat", 4)]
    public async Task Killed_before_any_step_it_can_be_run_again_and_no_id_is_lost(string calls, int least)
    {
        Assert.InRange(await Processes.CountKills(call => KillBefore(calls, call)), least, 40);
    }

    static async Task<bool> KillBefore(string calls, int call)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var first = Proof(home);
        home.Command("off");
        home.Command("on");
        home.Record(_ => { });
        var second = Proof(home);
        using var collector = new Listener(Accept);
        home.Collector = collector.Address;
        var wasKilled = await Processes.RunKilledBefore(home, calls, call, "telemetry", "delete");
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "delete")).ExitCode);
        var asked = collector.Requests.SelectMany(Proofs).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
        Assert.Empty(home.Lines());
        Assert.False(File.Exists(home.State.Proofs));
        Assert.False(File.Exists(home.State.Installation));
        return wasKilled;
    }

    /// <summary>The answer of a collector that has deleted.</summary>
    static string Accept(Request request) =>
        Listener.Answer(200, $$"""{"tool":"sample-tool","received":{{Proofs(request).Count}}}""");

    static List<string> Proofs(Request request)
    {
        using var json = JsonDocument.Parse(request.Lines.Single());
        return [.. json.RootElement.GetProperty("proofs").EnumerateArray().Select(proof => proof.GetString()!)];
    }

    static string Proof(UserHome home) => Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Proof);

    static string Id(UserHome home) => Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Id);

    static byte[] Secret(string folder) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(folder, "installation")).Trim());

    // The tool with another endpoint, in its scope as well.
    static ToolDefinition At(ToolDefinition tool, string endpoint)
    {
        var scope = tool.To(new Redirect(endpoint, tool.Recipient));
        return Some.Copy(tool, endpoint, scope: scope.Scope, scopeId: scope.ScopeId);
    }

    static string Why(UserHome home)
    {
        home.Answered.Clear();
        home.Command("why");
        return home.Answered.ToString();
    }
}
