// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>The organization's policy (spec/policy.md): off, or another recipient, never on.</summary>
public sealed class PolicyTests
{
    const string First = "tallymark-policy 1\n";
    const string Elsewhere =
        First + "sample-tool redirect https://collector.example/v1/batches recipient Example Ltd\n";
    const int Bad = 2;

    [Theory]
    [InlineData(First, 0)]
    [InlineData(First + "# a word\n\n", 0)]
    [InlineData(First + "* off\n", 1)]
    [InlineData(First + "sample-tool off", 1)]
    [InlineData("tallymark-policy 1\r\n  sample-tool\toff  \r\n", 1)]
    [InlineData(First + "other-tool off\n", 0)]
    [InlineData("", Bad)]
    [InlineData("* off\n", Bad)]
    [InlineData("tallymark-policy 2\n* off\n", Bad)]
    [InlineData(First + "* on\n", Bad)]
    [InlineData(First + "* off today\n", Bad)]
    [InlineData(First + "* OFF\n", Bad)]
    [InlineData(First + "*\n", Bad)]
    [InlineData(First + "Sample off\n", Bad)]
    [InlineData(First + "other-tool on\n", Bad)]
    [InlineData(First + "* off\n* off\n", Bad)]
    [InlineData(First + "* redirect http://collector.example/v1/batches recipient Example\n", Bad)]
    [InlineData(First + "* redirect https://user:word@collector.example/ recipient Example\n", Bad)]
    [InlineData(First + "* redirect collector.example recipient Example\n", Bad)]
    [InlineData(First + "* redirect https://collector.example/v1/batches\n", Bad)]
    [InlineData(First + "* redirect https://collector.example/v1/batches recipient\n", Bad)]
    [InlineData(First + "* redirect https://collector.example/v1/batches recipient a\u001bb\n", Bad)]
    public void A_policy_is_parsed_for_one_tool(string text, int said)
    {
        var policy = Policy.Parse(text, "sample-tool");
        Assert.Equal((said == 1, said == Bad), (policy.Off, policy.Error is not null));
        Assert.Null(policy.Redirect);
    }

    [Fact]
    public void A_tools_own_line_takes_precedence_over_the_line_for_all()
    {
        var text = Elsewhere + "* off\n";
        Assert.Equal(
            new Redirect("https://collector.example/v1/batches", "Example Ltd"),
            Policy.Parse(text, "sample-tool").Redirect);
        Assert.True(Policy.Parse(text, "other-tool").Off);
        Assert.NotNull(Policy.Parse(First + "* redirect http://127.0.0.1:1/v1/batches recipient us\n", "any").Redirect);
    }

    [Theory]
    [InlineData("* off\n", "cannot be used: ")]
    [InlineData(First + "* off\n", "is off (policy file ")]
    public void A_policy_takes_precedence_over_all_sources_and_a_malformed_one_means_off(string text, string why)
    {
        using var home = new UserHome().Agreed();
        home.Command("on");
        File.WriteAllText(home.PolicyFile, text);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        home.Command("why");
        Assert.Contains(why, home.Answered.ToString());
        File.Delete(home.PolicyFile);
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void An_unreadable_policy_means_off_and_erases_nothing()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        Directory.CreateDirectory(home.PolicyFile);
        home.Record(_ => { });
        Assert.Single(home.Lines());
        Assert.Equal(0, home.Command("verify"));
        Directory.Delete(home.PolicyFile);
        File.WriteAllBytes(home.PolicyFile, [.. "tallymark-policy 1\n# "u8, 0xff]);
        Assert.False(home.Start().IsOn);
    }

    [Fact]
    public void A_policy_off_removes_what_was_not_sent_and_the_secret()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        File.WriteAllText(home.PolicyFile, First + "* off\n");
        home.Start().Dispose();
        Assert.False(Directory.Exists(home.State.Spool));
        Assert.False(File.Exists(home.State.Installation));
        Assert.Single(ProofFile.Read(home.State));
    }

    [Fact]
    public void A_redirect_in_a_running_process_stops_at_once_and_its_notice_is_a_new_one()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal) }.Agreed();
        using var running = home.Start();
        new WorkEvent(running).Dispose();
        var begun = new WorkEvent(running);
        File.WriteAllText(home.PolicyFile, Elsewhere);
        begun.Dispose();
        new WorkEvent(running).Dispose();
        Assert.Single(home.Lines());

        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Contains("\nExample Ltd\nat https://collector.example/v1/batches\n", home.Said.ToString());
        home.Record(_ => { });
        new WorkEvent(running).Dispose();
        Assert.Single(home.Lines());
        var tool = home.Tool.To(new Redirect("https://collector.example/v1/batches", "Example Ltd"));
        var theirs = UserHome.LinesIn(Tallymark.Record.StateFolder.Of(tool, home.SdkEnvironment)!.Spool);
        Assert.All(theirs, line => Assert.Contains("\"agreed\":\"" + tool.ScopeId[..16], line));
        Assert.NotEmpty(theirs);
        var ours = Assert.Single(home.Lines());
        Assert.DoesNotContain(Id(ours), string.Concat(theirs));

        home.Command("off");
        Assert.Empty(Directory.GetFiles(Path.Combine(home.Path, ".local"), "*.ndjson", SearchOption.AllDirectories));
        Assert.Empty(
            Directory.GetFiles(Path.Combine(home.Path, ".local"), "installation", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_redirected_scope_names_the_new_recipient_and_its_id_is_its_hash()
    {
        var tool = SampleTelemetry.Tool.To(new Redirect("https://collector.example/v1/batches", "Example Ltd"));
        Assert.Contains("\nrecipient Example Ltd\nendpoint https://collector.example/v1/batches\n", tool.Scope);
        Assert.Equal(
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(tool.Scope))),
            tool.ScopeId);
    }

    [Fact]
    public async Task The_policy_of_the_machine_reaches_a_real_process_and_no_variable_moves_it()
    {
        Processes.SkipUnlessMounts();
        using var home = new UserHome().Agreed();
        home["XDG_CONFIG_DIRS"] = home["TALLYMARK_POLICY"] = home["PROGRAMDATA"] = home.Path;
        File.WriteAllText(home.PolicyFile, First + "sample-tool off\n");
        Assert.Contains("is on", (await Processes.Run(home, "telemetry", "why")).Output);
        var why = await Processes.RunWithPolicy(home, "telemetry", "why");
        Assert.Equal("Telemetry for Sample is off (policy file /etc/tallymark/policy).\n", why.Output);
        await Processes.Run(home, "work");
        Assert.Single(home.Lines());
        Assert.Equal(7, (await Processes.RunWithPolicy(home, "work")).ExitCode);
        Assert.Empty(home.Lines());
        Assert.Equal(0, (await Processes.RunWithPolicy(home, "telemetry", "verify")).ExitCode);

        File.WriteAllText(home.PolicyFile, Elsewhere);
        var status = (await Processes.RunWithPolicy(home, "telemetry", "status")).Output;
        Assert.Contains("Recipient: Example Ltd\nEndpoint: https://collector.example/v1/batches\n", status);
        Assert.Contains("Nothing is recorded: the notice has not been seen yet", status);
    }

    // A variable or option that turns telemetry off is checked before any file; the policy still applies after it.
    [Theory]
    [InlineData("* off\n", 0)]
    [InlineData("another-tool off\n", 1)]
    public void A_policy_off_deletes_queued_events_even_if_a_variable_also_turns_telemetry_off(string lines, int left)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        File.WriteAllText(home.PolicyFile, "tallymark-policy 1\n" + lines);
        home["DO_NOT_TRACK"] = "1";
        home.Record(_ => { });
        Assert.Equal(left, home.Lines().Count);
        Assert.Equal(left == 1, File.Exists(home.State.Installation));
    }

    [Fact]
    public async Task Events_for_one_recipient_do_not_go_to_the_other()
    {
        Processes.SkipUnlessMounts();
        using var home = new UserHome().Agreed().Record(_ => { });
        File.WriteAllText(home.PolicyFile, Elsewhere);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        Assert.Equal(
            "sample-tool telemetry: nothing is queued.\n",
            (await Processes.RunWithPolicy(home, "telemetry", "upload")).Errors);
        Assert.Empty(collector.Requests);
        Assert.Single(home.Lines());
    }

    static string Id(string line)
    {
        var from = line.IndexOf("\"installation\":\"", StringComparison.Ordinal) + 16;
        return line[from..(from + 64)];
    }
}
