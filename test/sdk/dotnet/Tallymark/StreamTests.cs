// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// A standard stream that cannot be written, or a system call that is refused, changes neither the saved state nor what
/// the message and the exit code say about it.
/// </summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2> >(exec true)")]
    public async Task A_notice_that_was_not_written_leaves_nothing_and_nothing_is_recorded(string redirection)
    {
        using var home = new UserHome();

        // Until the reader of the pipe has ended, the pipe takes the notice.
        var ended = await Shell(home, $"exec {redirection}; wait $! 2>/dev/null; $TOOL telemetry notice");
        Assert.Equal(1, ended.ExitCode);
        Assert.Empty(Directory.Exists(home.State.In("receipts")) ? Directory.GetFiles(home.State.In("receipts")) : []);
        await Processes.Run(home, "work");
        Assert.Empty(home.Lines());
    }

    [Fact]
    public async Task In_a_setup_script_a_notice_to_dev_null_counts_as_the_script_decided_so()
    {
        using var home = new UserHome();
        Assert.Equal(0, (await Shell(home, "$TOOL telemetry notice 2>/dev/null")).ExitCode);
        Assert.True(File.Exists(home.State.In("receipts/setup")));
    }

    [Theory]
    [InlineData("off >/dev/full", 0, "`off` was done, but the answer could not be written: standard output: No space")]
    [InlineData("off >&-", 0, "`off` was done, but the answer could not be written: standard output: Bad file")]
    [InlineData("withhold os >/dev/full", 0, "`withhold` was done, but the answer could not be written")]
    [InlineData("status >/dev/full", 1, "the answer could not be written: standard output: No space")]
    [InlineData("status <&- >&-", 1, "the answer could not be written: standard output: Bad file")]
    [InlineData("preview <&- >&-", 1, "the answer could not be written: standard output: Bad file")]
    [InlineData("off --json >/dev/full", 0, "`off` was done, but the answer could not be written")]
    [InlineData("help >/dev/full", 1, "failed: standard output: No space")]
    public async Task A_failed_answer_does_not_change_what_was_done(string command, int code, string said)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var ended = await Shell(home, "$TOOL telemetry " + command);
        Assert.True(ended.ExitCode == code, ended.All);
        Assert.Contains("sample-tool telemetry: " + said, ended.Errors);
        if (command.StartsWith("off", StringComparison.Ordinal))
            Assert.Empty(home.Lines());
    }

    [Theory]
    [InlineData("off 2>&-", 0)]
    [InlineData("off >&- 2>&-", 0)]
    [InlineData("off >/dev/full 2>/dev/full", 0)]
    [InlineData("nonsense 2>/dev/full", 2)]
    public async Task Without_standard_error_the_exit_code_still_says_what_was_done(string command, int code)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        Assert.Equal(code, (await Shell(home, "$TOOL telemetry " + command)).ExitCode);
        Assert.Equal(code == 0, home.Lines().Count == 0);
    }

    [Fact]
    public async Task On_without_standard_error_saves_no_receipt()
    {
        using var home = new UserHome();
        await Shell(home, "$TOOL telemetry on >&- 2>&-");
        await Processes.Run(home, "work");
        Assert.Empty(home.Lines());
    }

    /// <summary>A write beyond the limit would end the program with a signal.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("64")]
    public async Task Under_a_limit_for_files_the_program_runs_and_why_names_the_limit(string blocks)
    {
        using var home = new UserHome().Agreed().Record(_ => { });

        // With W^X the runtime itself needs a large file.
        var limit = $"ulimit -f {blocks}; export DOTNET_EnableWriteXorExecute=0; ";
        Assert.Equal(7, (await Shell(home, limit + "$TOOL work")).ExitCode);
        Assert.Single(home.Lines());
        Assert.Contains("ulimit -f", (await Shell(home, limit + "$TOOL telemetry why")).All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EPERM")]
    [InlineData("ENOSYS")]
    public async Task Where_statx_is_refused_everything_works(string error)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) refuses the call");
        using var home = new UserHome();
        foreach (var command in (string[])["telemetry notice", "work", "telemetry preview"])
        {
            var ended = await Refused(home, error, command);
            Assert.True(ended.ExitCode is 0 or 7, ended.All);
        }

        Assert.Single(home.Lines());
        Assert.Equal(0, (await Refused(home, error, "telemetry off")).ExitCode);
        Assert.Empty(home.Lines());
        Assert.Equal(7, (await Refused(home, error, "work")).ExitCode);
        Assert.Empty(home.Lines());
    }

    static Task<ProcessResult> Refused(UserHome home, string error, string command) => Processes.RunOther(
        home, "strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=statx", "-e", "inject=statx:error=" + error,
            Processes.Sample, .. command.Split(' ')]);

    static Task<ProcessResult> Shell(UserHome home, string script) =>
        Processes.RunOther(home, "bash", "-c", script.Replace("$TOOL", Processes.Sample, StringComparison.Ordinal));
}
