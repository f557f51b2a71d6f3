// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// TALLYMARK_ENDPOINT (spec/wire.md): nothing in a released build; a separate recipient in a development build.
/// </summary>
public sealed class DevelopmentEndpointTests
{
    const string Variable = "TALLYMARK_ENDPOINT";
    static readonly ToolDefinition Development = Some.Copy(SampleTelemetry.Tool, development: true);

    [Theory]
    [InlineData("upload")]
    [InlineData("delete")]
    public void In_a_released_build_the_variable_sends_nothing_anywhere_else(string verb)
    {
        using var home = new UserHome().Agreed().WithSettings().Record(_ => { });
        using var thief = new Listener(Listener.Accept);
        using var collector = new Listener(_ => Listener.Problem(503, "busy"));
        home.Collector = collector.Address;
        home[Variable] = thief.Address;

        Assert.Equal(1, home.Command(verb));

        Assert.Empty(thief.Requests);
        Assert.NotEmpty(collector.Requests);
        home.Command("why");
        Assert.Contains(
            $"{Variable}={thief.Address} is ignored: it works in development builds only.", home.Answered.ToString());
        if (verb == "delete")
            Assert.Single(ProofFile.Read(home.State));
    }

    [Fact]
    public void In_a_development_build_it_is_another_recipient_whose_notice_is_shown_first()
    {
        using var home = new UserHome { Tool = Development }.Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        home[Variable] = collector.Address;

        home.Record(_ => { });
        Assert.Equal(0, home.Command("upload"));
        Assert.Empty(collector.Requests);

        Assert.Equal(0, home.Command("notice"));
        Assert.StartsWith("This is a development build. The endpoint named below does not apply: the data goes to\n"
            + collector.Address, home.Said.ToString()[(home.Said.ToString().IndexOf('\n') + 1)..]);
        home.Record(work => work.Items = 2);
        Assert.Equal(0, home.Command("upload"));

        var batch = Assert.Single(collector.Requests, request => request.Line.StartsWith("POST", StringComparison.Ordinal));
        Assert.Contains("\"items\":2", Assert.Single(batch.Lines.Skip(1)));
        Assert.Single(home.Lines());   // for the manifest's endpoint, which the variable does not touch
    }

    [Fact]
    public void What_answers_there_can_confirm_no_deletion_at_the_recipient_of_the_receipt()
    {
        using var home = new UserHome { Tool = Development }.Agreed().Record(_ => { });
        using var thief = new Listener(request => Listener.Answer(200, """{"tool":"sample-tool","received":1}"""));
        using var collector = new Listener(_ => Listener.Problem(503, "busy"));
        home.Collector = collector.Address;
        home[Variable] = thief.Address;

        Assert.Equal(1, home.Command("delete"));

        Assert.Empty(thief.Requests);
        Assert.Single(ProofFile.Read(home.State));
    }

    [Theory]
    [InlineData("http://elsewhere.example/v1/batches")]
    [InlineData("https://elsewhere.example/v1/batches")]
    [InlineData("http://127.0.0.1.example/v1/batches")]
    [InlineData("nonsense")]
    public void Only_an_address_on_this_machine_counts(string address)
    {
        using var home = new UserHome { Tool = Development };
        home[Variable] = address;
        home.Command("status");
        Assert.Contains("Endpoint: https://collector.invalid/v1/batches\n", home.Answered.ToString());
        Assert.Contains(" is ignored: only an address on this machine is allowed.", home.Answered.ToString());
    }

    [Fact]
    public void A_policy_takes_precedence()
    {
        using var home = new UserHome { Tool = Development };
        File.WriteAllText(
            home.PolicyFile, "tallymark-policy 1\n* redirect https://telemetry.example/v1/batches recipient Example\n");
        home[Variable] = "http://127.0.0.1:9/v1/batches";
        home.Command("status");
        Assert.Contains("Endpoint: https://telemetry.example/v1/batches\n", home.Answered.ToString());
        Assert.Contains(" is ignored: the policy file decides.", home.Answered.ToString());
    }
}
