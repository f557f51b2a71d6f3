// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>The gate without a client: what it allows, and when it replaces the session as a whole.</summary>
public sealed class RecordingGateTests
{
    static RecordingGate Gate(UserHome home) => new(home.Tool, optionGiven: false, home.SdkEnvironment);

    [Fact]
    public void Without_a_seen_notice_the_gate_is_closed_and_nothing_is_created()
    {
        using var home = new UserHome();
        var gate = Gate(home);
        Assert.False(gate.IsOpen());
        Assert.False(Directory.Exists(home.State.Path));
    }

    [Fact]
    public void A_run_that_a_variable_switches_off_makes_no_session()
    {
        using var home = new UserHome().Agreed();
        home["DO_NOT_TRACK"] = "1";
        var gate = Gate(home);
        Assert.False(gate.IsOpen());
        Assert.Null(gate.Session);
    }

    [Fact]
    public void With_consent_and_a_seen_notice_the_gate_names_the_agreed_scope()
    {
        using var home = new UserHome().Agreed();
        var gate = Gate(home);
        Assert.True(gate.IsOpen());
        Assert.True(gate.RecipientAllows());
        Assert.True(gate.HasInstallation());
        Assert.Equal(home.Tool.ScopeId[..16], gate.Scope.Agreed);
        Assert.NotNull(gate.Scope.Of(WorkEvent.Definition));
    }

    [Fact]
    public void A_share_of_none_closes_the_gate_for_every_installation()
    {
        using var home = new UserHome().Agreed();
        var settings = SettingsAnswer.ToText(
            """{"tallymark":1,"lifetime_hours":168,"rules":[{"share":0}]}"""u8.ToArray(),
            home.Clock.GetUtcNow().UtcDateTime)!;
        StateFolder.Replace(home.State.Settings, System.Text.Encoding.ASCII.GetBytes(settings));
        var gate = Gate(home);
        Assert.True(gate.IsOpen());
        Assert.False(gate.RecipientAllows());
    }

    [Fact]
    public void Switching_off_and_on_again_replaces_the_session_and_the_generation()
    {
        using var home = new UserHome().Agreed();
        var gate = Gate(home);
        Assert.True(gate.IsOpen());
        var (session, id, generation) = (gate.Session, gate.OpenInstallation()!.Id, gate.Generation);
        foreach (var verb in (string[])["off", "on"])
            TelemetryCommand.Run(home.Tool, [verb], "", home.SdkEnvironment);
        home.Agreed();
        Assert.True(gate.IsOpen());
        Assert.NotSame(session, gate.Session);
        Assert.NotEqual(id, gate.OpenInstallation()!.Id);
        Assert.True(gate.Generation > generation);
    }
}
