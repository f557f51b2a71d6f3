// SPDX-License-Identifier: MIT

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// A tool whose standard streams are closed or full ends with an exit code of its own: neither the tool nor the SDK in
/// it aborts because a message or an answer cannot be written.
/// </summary>
public sealed class ClosedStreamTests
{
    public static TheoryData<string, string> Failures() => new()
    {
        { SampleTool.Kmpkg.Path, "frobnicate" },
        { SampleTool.Kmpkg.Path, "install nothing-of-that-name" },
        { SampleTool.Mlnet.Path, "regression --dataset absent.csv --label-col y" },
        { SampleTool.Mlnet.Path, "nonsense" },
        { SampleTool.DotnetCli.Path, "restore" },
        { SampleTool.DotnetCli.Path, "nonsense" },
        { SampleTool.Mlflow.Path, "nonsense" },
        { SampleTool.Mlflow.Path, "telemetry nonsense" },
        { SampleTool.MlflowServer.Path, "search" },
        { SampleTool.MlflowServer.Path, "--listen nonsense" },
        { SampleTool.MlflowServer.Path, "telemetry nonsense" },
    };

    public static TheoryData<string, string> Answers() => new()
    {
        { SampleTool.Kmpkg.Path, "--help" },
        { SampleTool.Mlnet.Path, "--help" },
        { SampleTool.DotnetCli.Path, "--help" },
        { SampleTool.Mlflow.Path, "ai-command" },
        { SampleTool.MlflowServer.Path, "--help" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failing_command_keeps_its_exit_code_without_standard_error(string program, string command)
    {
        using var home = new TempFolder();
        var expected = await Run(home, program, command, "2>/dev/null");
        Assert.InRange(expected, 1, 127);
        foreach (var redirection in (string[])["2>&-", "2>/dev/full"])
            Assert.Equal(expected, await Run(home, program, command, redirection));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_command_whose_answer_is_lost_says_so_in_its_exit_code(string program, string command)
    {
        using var home = new TempFolder();
        Assert.Equal(0, await Run(home, program, command, ">/dev/null"));
        foreach (var redirection in (string[])[">&-", ">/dev/full", ">/dev/full 2>&-"])
        {
            var code = await Run(home, program, command, redirection);
            Assert.True(code is > 0 and < 128, $"{program} {command} {redirection}: {code}");
        }
    }

    static async Task<int> Run(TempFolder home, string program, string command, string redirection) =>
        (await Product.Run(
            "bash", ["-c", $"'{program}' {command} {redirection}"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Path },
            TestContext.Current.CancellationToken, home.Path)).ExitCode;
}
