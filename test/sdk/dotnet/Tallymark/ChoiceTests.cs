// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// The user's saved choice (spec/choice.md): on, off, withheld fields; what off erases and what only pauses recording.
/// </summary>
public sealed class ChoiceTests
{
    [Theory]
    [InlineData("tallymark-choice 1\n", null, false)]
    [InlineData("tallymark-choice 1\nsaved a\ndate b\ntelemetry on\n", true, false)]
    [InlineData("tallymark-choice 1\ntelemetry off\n", false, false)]
    [InlineData("tallymark-choice 1\ntelemetry off", null, true)]
    [InlineData("tallymark-choice 1\ntelemetry maybe\n", null, true)]
    [InlineData("tallymark-choice 1\ntelemetry on\ntelemetry off\n", null, true)]
    [InlineData("tallymark-choice 1\nsomething else\n", null, true)]
    [InlineData("tallymark-choice 2\ntelemetry on\n", null, true)]
    [InlineData("", null, true)]
    public void A_choice_is_parsed(string text, bool? on, bool trouble)
    {
        var choice = Choice.Parse(text);
        Assert.Equal((on, trouble), (choice.On, choice.Error is not null));
    }

    [Fact]
    public void Off_is_saved_and_removes_all_that_was_not_sent_and_the_secret_but_no_proof()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        Directory.CreateDirectory(Path.Combine(home.State.Batches, "b"));
        Directory.CreateDirectory(Path.Combine(home.State.Sent, "s"));
        var proof = Convert.ToHexStringLower(Tallymark.Record.Installation.Find(home.State, "sample-tool")!.Proof);
        Assert.Equal(0, home.Command("off"));
        Assert.Contains($"is off (your saved choice in {home.ChoiceFile})", home.Answered.ToString());
        Assert.Equal(
            ["choice", "proofs", "receipts", "sent"],
            Directory.GetFileSystemEntries(home.State.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([proof], ProofFile.Read(home.State).Select(p => p.Hex));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.State.Proofs));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.ChoiceFile));
        }

        home.Record(_ => { });
        Assert.Empty(home.Lines());
        Assert.False(File.Exists(home.State.Installation));
    }

    [Fact]
    public void On_after_off_starts_another_id_and_keeps_every_proof()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var first = Id(home.Lines()[0]);
        home.Command("off");
        home.Command("on");
        home.Record(_ => { });
        Assert.NotEqual(first, Id(Assert.Single(home.Lines())));
        home.Command("on");
        Assert.Single(home.Lines());
        home.Command("off");
        Assert.Equal(2, ProofFile.Read(home.State).Select(p => p.Hex).Distinct().Count());
    }

    [Theory]
    [InlineData("DO_NOT_TRACK")]
    [InlineData("SAMPLE_OFF")]
    [InlineData("CI")]
    public void A_variable_only_pauses_recording(string name)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var secret = File.ReadAllText(home.State.Installation);
        home[name] = "1";
        home.Record(_ => { });
        home[name] = null;
        home.Record(_ => { });
        Assert.Equal(2, home.Lines().Count);
        Assert.Equal(secret, File.ReadAllText(home.State.Installation));
    }

    [Fact]
    public void After_off_and_on_a_running_process_no_longer_uses_its_old_id()
    {
        using var home = new UserHome().Agreed();
        using var running = home.Start();
        new WorkEvent(running).Dispose();
        var old = Assert.Single(home.Lines());
        var begun = new WorkEvent(running) { File = "a" };
        home.Command("off");
        home.Command("on");
        begun.Dispose();
        new WorkEvent(running).Dispose();
        var line = Assert.Single(home.Lines());
        Assert.NotEqual(Id(old), Id(line));
        Assert.NotEqual(Field(old, "session"), Field(line, "session"));
    }

    [Fact]
    public async Task A_choice_saved_by_one_process_stops_another_running_one()
    {
        using var home = new UserHome().Agreed();
        using var process = Processes.Start(home, Processes.Sample, "steps");
        await Step(process);
        Assert.Single(home.Lines());
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "off")).ExitCode);
        await Step(process);
        Assert.Empty(home.Lines());
        Assert.Equal(0, (await Processes.Run(home, "telemetry", "on")).ExitCode);
        await Step(process);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Single(home.Lines());
    }

    [Fact]
    public void An_opt_in_tool_records_nothing_before_on_and_on_shows_the_notice()
    {
        var tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal, defaultOn: false);
        using var home = new UserHome { Tool = tool };
        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Equal("", home.Said.ToString());
        Assert.Equal(0, home.Command("on"));
        Assert.Equal(tool.Notice, home.Said.ToString());
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void On_reports_that_it_writes_no_receipt_if_no_person_can_see_the_notice()
    {
        using var home = new UserHome
        {
            Tool = SampleTelemetry.Define(
            "sample-tool", NoticeChannels.Terminal, defaultOn: false)
        };
        Assert.Equal(0, home.Command("on"));
        Assert.Contains("Nothing is recorded: the notice has not been seen yet", home.Answered.ToString());
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void An_invalid_choice_means_off_until_another_is_saved()
    {
        using var home = new UserHome().Agreed();
        home.Command("on");
        File.WriteAllText(home.ChoiceFile, "tallymark-choice 9\n");
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        Assert.Equal(1, home.Command("withhold", "os"));
        home.Command("on");
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void A_withheld_field_is_named_and_absent_until_it_is_shared_again()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        Assert.Equal(0, home.Command("withhold", "country"));
        Assert.Equal(0, home.Command("withhold", "items"));
        new WorkEvent(client) { Items = 3 }.Dispose();
        var line = Assert.Single(home.Lines());
        Assert.Contains(",\"withheld\":[\"country\",\"items\"],\"fields\":{", line);
        Assert.DoesNotContain("\"items\":3", line);
        home.Command("share", "items");
        home.Command("share", "country");
        new WorkEvent(client) { Items = 4 }.Dispose();
        Assert.Contains(home.Lines(), each => each.Contains("\"items\":4") && !each.Contains("withheld"));
        Assert.Equal(Id(line), Id(home.Lines().Last()));
    }

    [Fact]
    public void Withholding_a_field_keeps_the_saved_choice_while_another_source_decides()
    {
        using var home = new UserHome().Agreed();
        home.Command("off");
        home.Command("withhold", "items");
        home["DO_NOT_TRACK"] = "1";
        home.Command("withhold", "country");
        home["DO_NOT_TRACK"] = null;
        var saved = Choice.Parse(File.ReadAllText(home.ChoiceFile));
        Assert.False(saved.On);
        Assert.Equal(["country", "items"], saved.Withheld);
    }

    [Fact]
    public void An_unknown_field_cannot_be_withheld()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(2, home.Command("withhold", "nothing"));
        Assert.Equal(2, home.Command("withhold", "work"));
        Assert.False(File.Exists(home.ChoiceFile));
    }

    [Fact]
    public async Task In_another_users_home_nothing_is_recorded_saved_or_created()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can give a folder away");
        using var home = new UserHome();
        using (var chown = System.Diagnostics.Process.Start("chown", ["-R", "65534", home.Path]))
            chown.WaitForExit();
        var before = Directory.GetFileSystemEntries(home.Path, "*", SearchOption.AllDirectories);
        foreach (var verb in (string[])["on", "off", "withhold"])
        {
            var ended = await Processes.Run(home, verb == "withhold" ? ["telemetry", verb, "os"] : ["telemetry", verb]);
            Assert.Equal(1, ended.ExitCode);
            Assert.Contains("belongs to another user", ended.Errors);
        }

        Assert.Equal(7, (await Processes.Run(home, "work")).ExitCode);
        Assert.Equal(before, Directory.GetFileSystemEntries(home.Path, "*", SearchOption.AllDirectories));
    }

    static async Task Step(System.Diagnostics.Process process)
    {
        await process.StandardInput.WriteLineAsync();
        await process.StandardInput.FlushAsync();
        Assert.Equal("step", await process.StandardOutput.ReadLineAsync());
    }

    static string Id(string line) => Field(line, "installation");

    static string Field(string line, string name)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("fields").GetProperty(name).GetString()!;
    }
}
