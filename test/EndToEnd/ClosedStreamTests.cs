// SPDX-License-Identifier: MIT

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// A tool whose standard error is closed or full ends with its own exit code: neither the tool nor the SDK in it aborts
/// because a message cannot be written.
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

    static async Task<int> Run(TempFolder home, string program, string command, string redirection) =>
        (await Product.Run(
            "bash", ["-c", $"'{program}' {command} {redirection}"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Path },
            TestContext.Current.CancellationToken, home.Path)).ExitCode;
}
