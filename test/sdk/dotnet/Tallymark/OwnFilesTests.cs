// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// Only regular files of this user count, in folders where no other user can write, and nothing in their place can make
/// the tool wait (spec/spool.md, "Folders").
/// </summary>
public sealed class OwnFilesTests
{
    /// <summary>The exit code of timeout(1) if the program still runs at the end of its time.</summary>
    const int Waited = 124;

    const string State = ".local/state/tallymark/sample-tool/";

    public static TheoryData<string> Files() => new(
        ".config/tallymark/sample-tool/choice", State + "choice", State + "installation", State + "proofs",
        State + "receipts/setup", State + "due", State + "settings", State + "dropped", State + "upload.lock",
        State + "spool/0123456789abcdef0123456789abcdef.ndjson", State + "batches/x/a.ndjson",
        State + "building/a.ndjson", State + "sent/x/a.ndjson");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_pipe_in_place_of_a_file_makes_nothing_wait_and_off_works(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo(1)");
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var path = Path.Combine(home.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        (await ProcessRun.Run("mkfifo", [path], home.All)).With(0);

        Assert.Equal(new ProcessResult(7, "result\n", ""), await Run(home, "work"));
        foreach (var verb in (string[])["why", "status", "preview", "log", "upload"])
            Assert.NotEqual(Waited, (await Run(home, "telemetry", verb)).ExitCode);
        var ended = await Run(home, "telemetry", "off");
        Assert.True(ended.ExitCode == 0, ended.All);
        Assert.Contains("Telemetry for Sample is off (your saved choice in ", ended.Output);
        Assert.False(Directory.Exists(home.State.Spool));
        await Run(home, "work");
        Assert.False(Directory.Exists(home.State.Spool));
    }

    [Theory]
    [InlineData("chmod", "0770")]
    [InlineData("chmod", "0707")]
    [InlineData("chmod", "0777")]
    public async Task Nothing_is_recorded_in_a_state_folder_where_others_can_write(string program, string mode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the mode of the folder");
        using var home = new UserHome().Agreed();
        (await ProcessRun.Run(program, [mode, home.State.Path], home.All)).With(0);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        home.Command("why");
        Assert.Contains("Nothing is recorded: other users may write in the state folder", home.Answered.ToString());
        (await ProcessRun.Run(program, ["0700", home.State.Path], home.All)).With(0);
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Theory]
    [InlineData("receipts/setup")]
    [InlineData("installation")]
    [InlineData("choice")]
    public async Task Another_users_file_counts_for_nothing(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can give a file away");
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Command("withhold", "items");
        var lines = home.Lines().Count;
        (await ProcessRun.Run("chown", ["65534", home.State.In(name)], home.All)).With(0);
        home.Record(_ => { });
        Assert.Equal(lines, home.Lines().Count);
    }

    static Task<ProcessResult> Run(UserHome home, params string[] args) =>
        Processes.RunOther(home, "timeout", ["60", Processes.Sample, .. args]);
}
