// SPDX-License-Identifier: MIT
// A library in programs that end at once: its events reach the collector all the same, by a process that outlives them.

using System.Globalization;

namespace Tallymark.EndToEnd.Tests;

public sealed class ShortHostTests
{
    const string Due = "2020-01-01T00:00:00Z\n";

    [Fact]
    public async Task Events_of_programs_that_end_at_once_reach_the_collector_without_a_command_of_the_user()
    {
        await using var collector = await RunningCollector.Start(Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        using var home = new MlflowHome(collector.Endpoint);
        await home.SetUp();
        for (var run = 0; run < 3; run++)
            Assert.Single(await home.Record("ai-command"));
        Assert.Empty(await StartedWhenDue(home, "telemetry", "why"));

        var started = Assert.Single(await StartedWhenDue(home, "ai-command"));
        Assert.Contains("/dotnet\", \"exec\"", started, StringComparison.Ordinal);
        Assert.Empty(home.Lines("spool"));
        Assert.Equal(4, home.Lines("sent").Count);
        Assert.False(File.Exists(Path.Combine(home.State, "answer")));
        Assert.True(NextUpload(home) > DateTime.UtcNow.AddHours(23));

        Assert.Equal(0, await collector.Stop());
        var stored = await collector.Events(SampleTool.Mlflow.Name);
        Assert.Equal(4, stored.Count(row => row["event"].GetString() == "ai_command_run"));
    }

    [Theory]
    [InlineData("DO_NOT_TRACK=1")]
    [InlineData("MLFLOW_DISABLE_TELEMETRY=1")]
    [InlineData("CI=true")]
    [InlineData("telemetry off")]
    public async Task Where_nothing_may_be_sent_no_process_is_started(string refusal)
    {
        using var home = new MlflowHome();
        await home.SetUp();
        Assert.Single(await home.Record("ai-command"));
        if (refusal.Split('=') is [var variable, var value])
            home.Environment[variable] = value;
        else
            Assert.Equal(0, (await home.Run(refusal.Split(' '))).ExitCode);
        Assert.Empty(await StartedWhenDue(home, "ai-command"));
    }

    [Fact]
    public async Task Where_the_organisation_forbids_it_no_process_is_started()
    {
        await MachinePolicy.SkipUnlessAble();
        using var home = new MlflowHome();
        await home.SetUp();
        Assert.Single(await home.Record("ai-command"));
        Assert.Empty(await StartedWhenDue(
            home, command => MachinePolicy.Run(home, "tallymark-policy 1\n* off\n", command), "ai-command"));
    }

    static Task<IReadOnlyList<string>> StartedWhenDue(MlflowHome home, params string[] arguments) =>
        StartedWhenDue(
            home,
            command => Product.Run(
                command[0], command[1..], home.Environment, TestContext.Current.CancellationToken, home.WorkingFolder),
            arguments);

    // strace(1) also waits for the processes that the program has started.
    static async Task<IReadOnlyList<string>> StartedWhenDue(
        MlflowHome home, Func<string[], Task<ProcessResult>> run, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) shows the processes that a program starts");
        Directory.CreateDirectory(home.State);
        await File.WriteAllTextAsync(Path.Combine(home.State, "due"), Due, TestContext.Current.CancellationToken);
        var trace = Path.Combine(home.Folder, "trace");
        var ended = await run(
            ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=execve", "-o", trace, home.Tool, .. arguments]);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        return [.. lines.Where(line => line.Contains("execve(", StringComparison.Ordinal)).Skip(1)];
    }

    static DateTime NextUpload(MlflowHome home) => DateTime.Parse(
        File.ReadAllText(Path.Combine(home.State, "due"))[..20], CultureInfo.InvariantCulture,
        DateTimeStyles.AdjustToUniversal);
}
