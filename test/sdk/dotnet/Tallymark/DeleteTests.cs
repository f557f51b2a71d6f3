// SPDX-License-Identifier: MIT
// `telemetry delete`: what is asked of whom, and what is left when nobody answers (spec/choice.md, "delete").

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Tallymark.Tests;

public sealed class DeleteTests
{
    [Fact]
    public void It_sends_the_proof_of_this_id_and_of_earlier_ones_and_a_new_id_begins()
    {
        using var home = new Home().Agreed().Record(_ => { });
        var first = Proof(home);
        home.Command("off");
        home.Command("on");
        home.Record(_ => { });
        var second = Proof(home);
        var before = Id(home);
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        var request = Assert.Single(collector.Requests);
        Assert.Equal("POST /v1/deletions HTTP/1.1", request.Line);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal(
            $$"""{"tallymark":1,"tool":"sample-tool","proofs":["{{first}}","{{second}}"]}""", Assert.Single(request.Lines));
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "User-Agent"], request.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.False(File.Exists(home.State.Proofs));
        Assert.False(File.Exists(home.State.Installation));
        Assert.Empty(home.Lines());
        Assert.Contains("confirmed: what was sent under 2 ids is deleted from its tables", home.Said.ToString());
        home.Record(_ => { });
        Assert.NotEqual(before, Id(home));
        home.Command("why");
        Assert.Contains("Events are recorded.", home.Answered.ToString());
    }

    [Fact]
    public void A_process_that_runs_meanwhile_goes_on_under_a_new_id()
    {
        using var home = new Home().Agreed();
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
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
    public void It_works_whoever_has_switched_off_and_changes_nothing_of_that(string source)
    {
        using var home = new Home().Agreed().Record(_ => { });
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
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        Assert.Equal([proof], Proofs(Assert.Single(collector.Requests)));
        home["TALLYMARK_ENDPOINT"] = null;
        Assert.Equal(why, Why(home));
        Assert.DoesNotContain("is on", why);
    }

    [Fact]
    public void The_choice_stays_what_it_was()
    {
        using var home = new Home().Agreed().Record(_ => { });
        home.Command("withhold", "items");
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        var before = Choice.Parse(File.ReadAllText(home.ChoiceFile));

        Assert.Equal(0, home.Command("delete"));

        var after = Choice.Parse(File.ReadAllText(home.ChoiceFile));
        Assert.Equal((before.On, before.SelfLog), (after.On, after.SelfLog));
        Assert.Equal(["items"], after.Withheld);
        Assert.NotEqual(before.Saved, after.Saved);
    }

    public static TheoryData<string, string> OtherAnswers() => new()
    {
        { Listener.Problem(503, "busy"), "status 503, busy" },
        { Listener.Problem(400, "malformed"), "status 400, malformed" },
        { Listener.Problem(404, "unknown-tool"), "status 404, unknown-tool" },
        { Listener.Foreign(200, """{"tool":"sample-tool","received":1}"""), "not from a collector" },
        { Listener.Foreign(404, "nothing here"), "not from a collector" },
        { Listener.Answer(200, """{"tool":"sample-tool","received":2}"""), "not about what was sent" },
        { Listener.Answer(200, """{"tool":"other","received":1}"""), "not about what was sent" },
        { Listener.Answer(200, ""), "not about what was sent" },
        { Listener.Answer(204, ""), "status 204" },
        { Listener.Answer(307, "", "Location: http://127.0.0.1:9/v1/deletions"), "status 307" },
        { "nonsense\r\n\r\n", "" },
    };

    [Theory]
    [MemberData(nameof(OtherAnswers))]
    public void Only_a_collector_that_repeats_tool_and_count_has_deleted_and_until_then_it_can_be_asked_again(string answer, string said)
    {
        using var home = new Home().Agreed().Record(_ => { });
        var proof = Proof(home);
        using (var other = new Listener(_ => answer))
        {
            home["TALLYMARK_ENDPOINT"] = other.Address;
            Assert.Equal(1, home.Command("delete"));
        }

        Assert.Contains(said, home.Said.ToString());
        Assert.Contains("1 id could not be deleted", home.Said.ToString());
        Assert.Equal([proof], Consent.Proofs.Read(home.State).Select(kept => kept.Hex));
        Assert.Empty(home.Lines());   // whatever comes of it, nothing of this id is sent any more
        Assert.False(File.Exists(home.State.Installation));

        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        Assert.Equal(0, home.Command("delete"));
        Assert.Equal([proof], Proofs(Assert.Single(collector.Requests)));
        Assert.False(File.Exists(home.State.Proofs));
    }

    [Fact]
    public void Nobody_there_is_no_deletion()
    {
        using var home = new Home().Agreed().Record(_ => { });
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        home["TALLYMARK_ENDPOINT"] = $"http://{nobody.LocalEndPoint}/v1/batches";
        Assert.Equal(1, home.Command("delete"));
        Assert.Single(File.ReadAllLines(home.State.Proofs));
    }

    [Fact]
    public void With_nothing_to_delete_nobody_is_asked_and_nothing_is_made()
    {
        using var home = new Home().Agreed();
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        Assert.Equal(0, home.Command("delete"));

        Assert.Empty(collector.Requests);
        Assert.Contains("there is nothing to delete", home.Said.ToString());
        Assert.False(File.Exists(home.ChoiceFile));
        home.Command("delete", "--json");
        using var json = JsonDocument.Parse(home.Answered.ToString());
        Assert.Equal(0, json.RootElement.GetProperty("collectors").GetArrayLength());
    }

    [Fact]
    public void Events_that_carry_no_id_are_named_since_nobody_can_find_them()
    {
        var tool = SampleTelemetry.Tool;
        var scope = tool.Scope.Replace("field tally installation installation\n", "", StringComparison.Ordinal);
        using var home = new Home { Tool = OutcomeTests.At(tool, tool.Endpoint, scope) }.Agreed().Record(_ => { });
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        Assert.Equal(1, home.Command("delete", "--json"));

        Assert.Single(collector.Requests);
        Assert.Contains("is deleted from its tables", home.Said.ToString());
        Assert.Contains("no id by which they could be found: tally.", home.Said.ToString());
        using var json = JsonDocument.Parse(home.Answered.ToString());
        Assert.Equal("tally", Assert.Single(json.RootElement.GetProperty("without_id").EnumerateArray()).GetString());
    }

    [Fact]
    public void Many_ids_go_in_requests_of_a_hundred_and_those_that_were_confirmed_are_not_asked_for_again()
    {
        using var home = new Home().Agreed();
        var proofs = Enumerable.Range(0, 250).Select(i => i.ToString("x64", CultureInfo.InvariantCulture)).ToList();
        File.WriteAllText(home.State.Proofs, string.Concat(proofs.Select(proof => proof + "\n")) + "no proof\n");
        var requests = 0;
        using var collector = new Listener(request => ++requests == 2 ? Listener.Problem(503, "busy") : Accept(request));
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        Assert.Equal(1, home.Command("delete", "--json"));
        using (var json = JsonDocument.Parse(home.Answered.ToString()))
        {
            var one = Assert.Single(json.RootElement.GetProperty("collectors").EnumerateArray());
            Assert.Equal((250, 100), (one.GetProperty("ids").GetInt32(), one.GetProperty("deleted").GetInt32()));
            Assert.Equal(collector.Address, one.GetProperty("endpoint").GetString());
            Assert.Equal("status 503, busy", one.GetProperty("trouble").GetString());
        }

        Assert.Equal(0, home.Command("delete"));

        Assert.Equal(4, collector.Requests.Count);
        Assert.Equal(proofs, collector.Requests.Where((_, i) => i != 1).SelectMany(Proofs));
    }

    [Fact]
    public void Each_recipient_gets_its_own_proofs_also_one_that_no_policy_names_any_more()
    {
        using var first = new Listener(Accept);
        using var second = new Listener(Accept);
        using var home = new Home();
        home.Tool = At(home.Tool, first.Address);
        home.Agreed().Record(_ => { });
        var own = Proof(home);
        File.WriteAllText(home.PolicyFile, $"tallymark-policy 1\nsample-tool redirect {second.Address} recipient Example Ltd\n");
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
    public void Where_nobody_knows_any_more_who_received_it_that_is_said()
    {
        using var home = new Home();
        var folder = Path.Combine(Path.GetDirectoryName(home.State.Path)!, "sample-tool@0011223344556677");
        StateFolder.Make(Path.Combine(folder, "receipts"));
        File.WriteAllText(Path.Combine(folder, "proofs"), new string('a', 64) + "\n");

        Assert.Equal(1, home.Command("delete"));
        Assert.Contains("at the collector of sample-tool@0011223344556677: it is not known any more where it was sent", home.Said.ToString());
        Assert.Single(File.ReadAllLines(Path.Combine(folder, "proofs")));
    }

    [Fact]
    public void Earlier_ids_go_to_the_address_of_their_time_and_no_other()
    {
        using var first = new Listener(Accept);
        using var second = new Listener(Accept);
        using var home = new Home();
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
            json.RootElement.GetProperty("collectors").EnumerateArray().Select(one => one.GetProperty("endpoint").GetString()));
    }

    [Fact]
    public void An_address_that_may_not_be_sent_to_is_not_asked()
    {
        using var home = new Home();
        home.Tool = At(home.Tool, "http://collector.example/v1/batches");
        home.Agreed().Record(_ => { });
        Assert.Equal(1, home.Command("delete"));
        Assert.Contains("nothing may be sent there", home.Said.ToString());
        Assert.Single(Consent.Proofs.Read(home.State));
    }

    [Fact]
    public async Task It_waits_for_an_uploader_that_is_at_work_so_that_nothing_is_sent_after_it()
    {
        using var home = new Home().Agreed().Record(_ => { });
        Task<int>? deletion = null;
        using var collector = new Listener(request =>
        {
            if (request.Line.Contains("deletions", StringComparison.Ordinal))
                return Accept(request);

            // The batch is on its way. The answer comes when the deletion has begun, and the uploader still has its lock.
            deletion = Task.Run(() => home.Command("delete"));
            while (!File.Exists(home.ChoiceFile) && !deletion.IsCompleted)
                continue;
            return Listener.Accept(request);
        });
        home["TALLYMARK_ENDPOINT"] = collector.Address;

        var sent = await new Uploader(home.Tool, home.State, home.SdkEnvironment).Run(wait: false);

        Assert.Equal(1, sent.Accepted);
        Assert.Equal(0, await deletion!);
        Assert.Equal(["POST /v1/batches HTTP/1.1", "POST /v1/deletions HTTP/1.1"], collector.Requests.Select(request => request.Line));
        Assert.Single(Home.LinesIn(home.State.Sent));
    }

    [Theory]
    [InlineData("?rename,?renameat,?renameat2", 2)]
    [InlineData("?unlink,?unlinkat", 4)]
    public async Task Killed_before_any_step_it_can_be_asked_again_and_no_id_is_forgotten(string calls, int least)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) kills it before its nth call");
        var killed = 0;
        while (await KillBefore(calls, killed + 1))
            killed++;
        Assert.InRange(killed, least, 40);
    }

    static async Task<bool> KillBefore(string calls, int call)
    {
        using var home = new Home().Agreed().Record(_ => { });
        var first = Proof(home);
        home.Command("off");
        home.Command("on");
        home.Record(_ => { });
        var second = Proof(home);
        using var collector = new Listener(Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        var ended = await Processes.RunOther(
            home, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls,
            "-e", "inject=" + calls + ":signal=KILL:when=" + call.ToString(CultureInfo.InvariantCulture),
            Processes.Sample, "telemetry", "delete");
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "delete")).Code);
        var asked = collector.Requests.SelectMany(Proofs).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
        Assert.Empty(home.Lines());
        Assert.False(File.Exists(home.State.Proofs));
        Assert.False(File.Exists(home.State.Installation));
        return ended.Code != 0;
    }

    /// <summary>What a collector says that has deleted.</summary>
    static string Accept(Request request) =>
        Listener.Answer(200, $$"""{"tool":"sample-tool","received":{{Proofs(request).Count}}}""");

    static List<string> Proofs(Request request)
    {
        using var json = JsonDocument.Parse(request.Lines.Single());
        return [.. json.RootElement.GetProperty("proofs").EnumerateArray().Select(proof => proof.GetString()!)];
    }

    static string Proof(Home home) => Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Proof);

    static string Id(Home home) => Convert.ToHexStringLower(Installation.Find(home.State, "sample-tool")!.Id);

    static byte[] Secret(string folder) => Convert.FromHexString(File.ReadAllText(Path.Combine(folder, "installation")).Trim());

    // The tool with another endpoint, whose scope says so too.
    static ToolDefinition At(ToolDefinition tool, string endpoint)
    {
        var scope = tool.To(new Redirect(endpoint, tool.Recipient));
        return new ToolDefinition
        {
            Tool = tool.Tool,
            Title = tool.Title,
            Version = tool.Version,
            Endpoint = endpoint,
            Recipient = tool.Recipient,
            Notice = tool.Notice,
            Scope = scope.Scope,
            ScopeId = scope.ScopeId,
            Manifest = tool.Manifest,
            Channel = tool.Channel,
            DefaultOn = tool.DefaultOn,
            Variables = tool.Variables,
        };
    }

    static string Why(Home home)
    {
        home.Answered.Clear();
        home.Command("why");
        return home.Answered.ToString();
    }
}
