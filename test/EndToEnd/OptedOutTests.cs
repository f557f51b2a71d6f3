// SPDX-License-Identifier: MIT
// After an opt-out by any method, a command opens no socket, starts no process and writes no file.

namespace Tallymark.EndToEnd.Tests;

public sealed class OptedOutTests
{
    [Theory]
    [InlineData("DO_NOT_TRACK")]
    [InlineData("KMPKG_DISABLE_METRICS")]
    [InlineData("CI")]
    [InlineData("option")]
    [InlineData("marker")]
    [InlineData("choice")]
    [InlineData("policy")]
    public async Task After_an_opt_out_a_command_opens_no_socket_starts_no_process_and_writes_no_file(string way)
    {
        if (way == "policy")
            await MachinePolicy.SkipUnlessAble();
        using var home = new Home();
        home.CopyTool();
        await home.SetUp();
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));
        await MakeUploadDue(home);

        // An opt-out that deletes the spool does so at the first command. Later commands have nothing to delete.
        List<string> option = [];
        if (way == "option")
            option = ["--disable-metrics"];
        else if (way == "marker")
            Assert.Equal(0, (await home.Bootstrap("-disableMetrics")).ExitCode);
        else if (way == "choice")
            Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        else if (way == "policy")
            Assert.Equal(0, (await Run(home, way, "list")).ExitCode);
        else
            home.Environment[way] = "1";

        var before = FilesBelow(home.Folder);
        foreach (var command in (string[])["list", "search"])
        {
            var calls = await Watch(home, way, [command, .. command == "search" ? ["zlib"] : option[..0], .. option]);
            Assert.Empty(calls.Sockets);
            Assert.Empty(calls.Children);
            Assert.Empty(calls.Writes);
        }

        Assert.Equal(before, FilesBelow(home.Folder));
    }

    [Fact]
    public async Task Without_an_opt_out_the_same_trace_shows_the_file_the_process_and_the_socket()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        var recorded = await Watch(home, "", ["list"]);
        Assert.Contains(recorded.Writes,
            call => call.Contains(Path.Combine(home.State, "spool"), StringComparison.Ordinal));
        Assert.Empty(recorded.Children);
        Assert.Empty(recorded.Sockets);

        // The uploader is the tool itself; strace waits for it too.
        await MakeUploadDue(home);
        var uploaded = await Watch(home, "", ["list"]);
        Assert.NotEmpty(uploaded.Children);
        Assert.Contains(uploaded.Sockets,
            call => call.Contains($"htons({home.ProxyPort})", StringComparison.Ordinal));
        Assert.Equal(2, home.Lines("sent").Count);
    }

    static Task MakeUploadDue(Home home) =>
        File.WriteAllTextAsync(Path.Combine(home.State, "due"), "2026-01-01T00:00:00Z\n.",
            TestContext.Current.CancellationToken);

    static async Task<SystemCalls> Watch(Home home, string way, string[] command)
    {
        var folder = Directory.CreateTempSubdirectory("tallymark-trace-").FullName;
        try
        {
            var trace = Path.Combine(folder, "trace");
            var ended = await Run(home, way, command, trace);
            Assert.True(ended.ExitCode == 0, ended.Errors);
            Assert.Equal("", ended.Errors);
            return SystemCalls.Read(trace);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Task<ProcessResult> Run(Home home, string way, string command) => Run(home, way, [command], trace: null);

    static Task<ProcessResult> Run(Home home, string way, string[] command, string? trace)
    {
        string[] program = [home.Tool, .. home.Arguments(command)];
        if (trace is not null)
            program = SystemCalls.Watch(home, trace, program);
        return way == "policy"
            ? MachinePolicy.Run(home, "tallymark-policy 1\nkmpkg off\n", program)
            : Product.Run(program[0], program[1..], home.Environment, TestContext.Current.CancellationToken,
                home.WorkingFolder);
    }

    /// <summary>
    /// Each file with its length and last write time, except the policy, which belongs to the machine.
    /// </summary>
    static SortedSet<string> FilesBelow(string folder)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            if (file.Name != "machine-policy")
                files.Add($"{file.FullName} {(file as FileInfo)?.Length} {file.LastWriteTimeUtc:O}");
        }

        return files;
    }
}
