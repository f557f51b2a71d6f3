// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// A refusal holds while any trace of it exists, whatever the XDG variables say and whatever cannot be written
/// (spec/choice.md, "Places").
/// </summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("XDG_CONFIG_HOME")]
    [InlineData("XDG_STATE_HOME")]
    [InlineData("XDG_CONFIG_HOME", "XDG_STATE_HOME")]
    public void It_holds_under_other_variables(params string[] variables)
    {
        using var home = new UserHome().Agreed();
        Refuse(home);
        foreach (var variable in variables)
            home[variable] = Path.Combine(home.Path, "snap");
        home.Agreed();
        AssertRefused(home);
    }

    [Theory]
    [InlineData("XDG_CONFIG_HOME")]
    [InlineData("XDG_STATE_HOME")]
    [InlineData("XDG_CONFIG_HOME", "XDG_STATE_HOME")]
    public void It_holds_without_the_variables_under_which_it_was_made(params string[] variables)
    {
        using var home = new UserHome().Agreed();
        foreach (var variable in variables)
            home[variable] = Path.Combine(home.Path, "snap");
        Refuse(home);
        foreach (var variable in variables)
            home[variable] = null;
        AssertRefused(home);
        Directory.Delete(Path.Combine(home.Path, "snap"), recursive: true);
        AssertRefused(home);
    }

    [Theory]
    [InlineData(".config")]
    [InlineData(".local/state/tallymark/sample-tool/choice")]
    public void It_holds_after_one_of_its_places_was_removed(string place)
    {
        using var home = new UserHome().Agreed();
        Refuse(home);
        var path = Path.Combine(home.Path, place);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
        AssertRefused(home);
    }

    [Fact]
    public void It_holds_in_a_snap_which_has_another_home()
    {
        using var home = new UserHome().Agreed();
        Refuse(home);
        var snap = Directory.CreateDirectory(Path.Combine(home.Path, "snap")).FullName;
        (home["HOME"], home["SNAP_REAL_HOME"]) = (snap, home.Path);
        AssertRefused(home);
    }

    [Fact]
    public void Where_two_places_disagree_telemetry_is_off_and_all_withheld_fields_are_withheld()
    {
        using var home = new UserHome().Agreed();
        home.Command("on");
        home.Command("withhold", "items");
        var on = File.ReadAllText(home.ChoiceFile);
        home.Command("share", "items");
        home.Command("withhold", "os");
        File.WriteAllText(home.ChoiceFile, on);
        home.Record(work => work.Items = 3);
        Assert.Contains("\"withheld\":[\"os\",\"items\"]", Assert.Single(home.Lines()));

        File.WriteAllText(home.SecondChoiceFile, on.Replace("telemetry on", "telemetry off", StringComparison.Ordinal));
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        home.Command("why");
        Assert.Contains($"is off (your saved choice in {home.SecondChoiceFile})", home.Answered.ToString());
        File.WriteAllText(home.SecondChoiceFile, "nonsense");
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void On_makes_all_places_agree_and_only_the_first_one_switches_on()
    {
        using var home = new UserHome
        {
            Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Setup, defaultOn: false),
        }.Agreed();
        home.Command("off");
        Assert.Equal(0, home.Command("on"));
        home.Record(_ => { });
        Assert.Single(home.Lines());
        Directory.Delete(Path.Combine(home.Path, ".config"), recursive: true);
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void Without_a_home_nothing_is_recorded_because_a_refusal_could_not_be_found()
    {
        using var home = new UserHome().Agreed();
        (home["XDG_CONFIG_HOME"], home["XDG_STATE_HOME"]) = (home.Path + "/c", home.Path + "/.local/state");
        home["HOME"] = null;
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void Without_a_home_off_assures_nothing_and_the_verbs_that_look_do_not_either()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home["HOME"] = null;
        Assert.Equal(1, home.Command("off"));
        Assert.Contains(
            "cannot save: this user has no home folder. Nothing is recorded here, but nothing was changed or erased: run "
            + "`off` again where HOME names your home folder.\n", home.Said.ToString());
        foreach (var verb in (string[])["delete", "preview", "log", "upload"])
        {
            home.Said.Clear();
            Assert.Equal(1, home.Command(verb));
            Assert.Contains("failed: this user has no home folder", home.Said.ToString());
        }

        home["HOME"] = home.Path;
        home.Record(_ => { });
        Assert.Equal(2, home.Lines().Count);
    }

    [Fact]
    public async Task Off_in_another_users_home_says_that_telemetry_is_not_off()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can give a folder away");
        using var home = new UserHome().Agreed().Record(_ => { });
        await Must("chown", "-R", "65534:65534", home.Path);
        Assert.Equal(1, home.Command("off"));
        Assert.Contains(
            "Telemetry is not off, because the receipt of the notice stays: " + home.State.Path
            + ": the folder belongs to another user, who can run `off`.\n", home.Said.ToString());
        Assert.Single(home.Lines());
    }

    [Fact]
    public void It_holds_without_any_choice_file_while_the_receipt_exists()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(0, home.Command("off"));
        LoseChoice(home);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        Assert.Equal(0, home.Command("verify"));
        home.Answered.Clear();
        home.Command("why");
        Assert.Equal(
            $"Telemetry for Sample is off (your saved choice in {home.State.In("receipts")}).\n",
            home.Answered.ToString());

        // Neither showing the notice again nor a request to delete is consent.
        foreach (var verb in (string[])["notice", "delete", "why", "share items", "withhold items"])
        {
            home.Command(verb.Split(' '));
            home.Record(_ => { });
            Assert.Empty(home.Lines());
        }

        Assert.Equal(0, home.Command("on"));
        Assert.Contains("your earlier choice was lost", home.Said.ToString());
        home.Record(_ => { });
        Assert.Single(home.Lines());
        LoseChoice(home);
        home.Record(_ => { });
        Assert.Equal(2, home.Lines().Count);
    }

    [Fact]
    public void Withheld_fields_without_any_choice_file_mean_off_while_the_receipt_exists()
    {
        using var home = new UserHome().Agreed();
        home.Command("withhold", "items");
        home.Record(work => work.Items = 3);
        Assert.Contains("\"withheld\":[\"items\"]", Assert.Single(home.Lines()));
        LoseChoice(home);
        home.Record(work => work.Items = 3);
        Assert.Single(home.Lines());
        Assert.Equal(0, home.Command("on"));
        home.Record(_ => { });
        Assert.Single(home.Lines());
        home.Command("withhold", "items");
        home.Command("share", "items");
        LoseChoice(home);
        home.Record(_ => { });
        Assert.Equal(2, home.Lines().Count);
    }

    [Fact]
    public void A_choice_that_comes_back_from_elsewhere_does_not_outweigh_the_refusal_of_the_receipt()
    {
        using var home = new UserHome().Agreed();
        home.Command("on");
        var on = File.ReadAllText(home.ChoiceFile);
        home.Command("off");
        LoseChoice(home);
        File.WriteAllText(home.ChoiceFile, on);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        home.Command("on");
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void It_holds_if_the_notice_is_shown_after_it_and_in_a_process_that_runs()
    {
        using var home = new UserHome();
        home.Command("off");
        home.Command("notice");
        Assert.True(File.Exists(home.State.In("receipts/setup")));
        using var client = home.Start();
        LoseChoice(home);
        new WorkEvent(client).Dispose();
        Assert.Empty(home.Lines());
        home.Command("on");
        new WorkEvent(client).Dispose();
        Assert.Single(home.Lines());
        home.Command("off");
        LoseChoice(home);
        new WorkEvent(client).Dispose();
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void It_holds_for_another_channel_and_the_notice_that_this_one_shows()
    {
        using var home = new UserHome().Agreed();
        home.Command("off");
        LoseChoice(home);
        home.Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal);
        home.Terminals.Add(2);
        home.Record(_ => { }).Record(_ => { });
        Assert.Empty(home.Lines());
        home.Command("why");
        Assert.Contains("is off (your saved choice in ", home.Answered.ToString());
    }

    [Fact]
    public void A_marked_receipt_changes_nothing_while_the_choice_is_there()
    {
        using var home = new UserHome().Agreed();
        home.Command("off");
        Assert.Contains("\nrefused all\n\n", File.ReadAllText(home.State.In("receipts/setup")));
        Assert.Equal(0, home.Command("withhold", "items"));
        Assert.Equal(0, home.Command("share", "items"));
        home.Answered.Clear();
        home.Command("why", "--json");
        Assert.Contains("\"notice\": \"the notice has been seen\"", home.Answered.ToString());
        Assert.Equal(0, home.Command("on"));
        Assert.Equal(0, home.Command("withhold", "items"));
        Assert.Contains("\nrefused fields\n\n", File.ReadAllText(home.State.In("receipts/setup")));
        Assert.DoesNotContain("lost", home.Said.ToString());

        // Another recipient gets nothing that was recorded for the one before, also from a user who withholds fields.
        home.Record(_ => { });
        Assert.Single(home.Lines());
        var receipt = home.State.In("receipts/setup");
        File.WriteAllText(receipt, File.ReadAllText(receipt)
            .Replace("recipient example", "recipient others", StringComparison.Ordinal)
            .Replace("scope " + home.Tool.ScopeId, "scope " + new string('7', 64), StringComparison.Ordinal));
        home.Command("notice");
        Assert.Empty(home.Lines());
        Assert.Contains("recipient: example (was others)", home.Said.ToString());
        home.Record(work => work.Items = 3);
        Assert.Contains("\"withheld\":[\"items\"]", Assert.Single(home.Lines()));
        LoseChoice(home);
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    static void LoseChoice(UserHome home)
    {
        File.Delete(home.ChoiceFile);
        File.Delete(home.SecondChoiceFile);
    }

    [Fact]
    public void A_running_process_obeys_each_place()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        home["XDG_CONFIG_HOME"] = Path.Combine(home.Path, "snap");
        home.Command("off");
        Directory.Delete(Path.Combine(home.Path, "snap"), recursive: true);
        new WorkEvent(client).Dispose();
        Assert.Empty(home.Lines());
    }

    [Theory]
    [InlineData(".config", ".local/state/tallymark/sample-tool/choice")]
    [InlineData(".local/state/tallymark/sample-tool/choice", ".config/tallymark/sample-tool/choice")]
    public void Off_saves_where_it_can_and_wipes_first(string blocked, string saved)
    {
        using var home = new UserHome().Agreed().Record(_ => { });

        // Not even root can create a file below a file, or replace a folder by a file.
        var path = Path.Combine(home.Path, blocked);
        if (blocked == ".config")
            File.WriteAllText(path, "");
        else
            Directory.CreateDirectory(Path.Combine(path, "full"));

        Assert.Equal(0, home.Command("off"));

        Assert.Contains($"saved, but not in {path}", home.Said.ToString());
        Assert.Contains($"your saved choice in {Path.Combine(home.Path, saved)}", home.Answered.ToString());
        Assert.Empty(home.Lines());
        Assert.False(File.Exists(home.State.Installation));
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void Where_a_refusal_can_be_saved_nowhere_nothing_is_recorded()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        File.WriteAllText(Path.Combine(home.Path, ".config"), "");
        Directory.CreateDirectory(Path.Combine(home.SecondChoiceFile, "full"));
        Assert.Equal(1, home.Command("off"));
        Assert.Contains("cannot save: ", home.Said.ToString());
        Directory.Delete(home.SecondChoiceFile, recursive: true);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        home.Answered.Clear();
        home.Command("why");
        Assert.Contains("Nothing is recorded: the notice has not been seen yet", home.Answered.ToString());
    }

    [Fact]
    public async Task In_a_read_only_state_folder_nothing_is_recorded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can become another user");
        using var home = new UserHome().Agreed().Record(_ => { });
        await Must("chown", "-R", "65534:65534", home.Path);
        await Must("chmod", "0555", home.State.Path);
        Assert.Equal(7, (await As(home, Processes.Sample, "work")).ExitCode);
        Assert.Single(home.Lines());
        var ended = await As(home, Processes.Sample, "telemetry", "why");
        Assert.Contains("Nothing is recorded: the state folder is read-only", ended.Output);

        await Must("chmod", "0555", Path.Combine(home.Path));
        ended = await As(home, Processes.Sample, "telemetry", "off");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("cannot save: ", ended.Errors);
        Assert.Empty(home.Lines());
        Assert.Equal(7, (await As(home, Processes.Sample, "work")).ExitCode);
        Assert.Empty(home.Lines());
    }

    static Task<ProcessResult> As(UserHome home, params string[] command) =>
        Processes.RunOther(home, "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command]);

    static async Task Must(string program, params string[] arguments) =>
        (await ProcessRun.Run(program, arguments, new Dictionary<string, string>())).With(0);

    static void Refuse(UserHome home)
    {
        Assert.Equal(0, home.Command("withhold", "items"));
        Assert.Equal(0, home.Command("off"));
    }

    static void AssertRefused(UserHome home)
    {
        home.Answered.Clear();
        home.Record(work => work.Items = 3);
        Assert.Empty(home.Lines());
        home.Command("status");
        Assert.Contains("Telemetry for Sample is off (your saved choice in ", home.Answered.ToString());
        Assert.Contains("Withheld fields: items\n", home.Answered.ToString());
    }
}
