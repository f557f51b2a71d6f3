// SPDX-License-Identifier: MIT
// The tool is built and run in paths with personal names. A crash report contains the tool's methods and no part of a
// path.

using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class CrashTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string BuildFolder = "mondkalb-werkstatt/umlaufbahn-geheimprojekt";
    const string WorkFolder = "sternwarte-drosselbart";

    static readonly LeakSearch Names = new(User, BuildFolder, WorkFolder);

    [Fact]
    [Claim("KMPKG-09")]
    public async Task A_crash_report_contains_the_tools_methods_and_no_part_of_the_paths_where_it_was_built_or_run()
    {
        using var builder = new Home(name: User);
        var folder = Path.Combine(builder.Folder, BuildFolder);
        var tool = await PersonalPathBuild.Make(folder);
        // Control: the symbol file, from which line numbers are read, contains the names, so a leak was possible.
        Assert.NotEmpty(Names.FindIn("symbols", await File.ReadAllBytesAsync(
            Path.ChangeExtension(tool, ".pdb"), TestContext.Current.CancellationToken)));

        await using var collector = await RunningCollector.Start(Path.Combine(folder, "manifest"));
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint, tool, User);
        await Crash(home);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines("spool")));
        Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
        var stack = line.RootElement.GetProperty("fields").GetProperty("stack")
            .EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.Matches("^Kmpkg\\.Installing\\.InstalledPort\\.Read:[1-9][0-9]*$", stack[0]);

        Assert.Empty(Names.FindBelow(home.State));
        var upload = await home.Telemetry("upload");
        Assert.True(upload.ExitCode == 0, upload.Errors);
        Assert.Empty((await relay.Close()).SelectMany(s => Names.FindIn("wire", s)));
        Assert.Empty(Names.FindBelow(home.State));

        Assert.Equal(0, await collector.Stop());
        var rows = JsonSerializer.Serialize(await collector.Events());
        Assert.Contains("InstalledPort.Read", rows, StringComparison.Ordinal);
        Assert.Empty(Names.FindIn("rows", Encoding.UTF8.GetBytes(rows)).Concat(Names.FindBelow(collector.Data)));
    }

    [Fact]
    [Claim("KMPKG-09")]
    public async Task The_built_tool_records_a_crash_as_a_failure_with_its_own_frames()
    {
        using var home = new Home(name: User);
        await Crash(home);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines("spool")));
        Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
        var fields = line.RootElement.GetProperty("fields");
        Assert.Equal(9, fields.GetProperty("exit_code").GetInt32());
        var stack = fields.GetProperty("stack").EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.True(stack.Count > 2, string.Join('\n', stack));
        Assert.All(stack, frame => Assert.Matches("^(Kmpkg\\.[^/ ]+:[0-9]+|other)$", frame));
        Assert.Matches("^Kmpkg\\.Installing\\.InstalledPort\\.Read:[1-9][0-9]*$", stack[0]);
        Assert.Empty(Names.FindBelow(home.State));
    }

    [Fact]
    [Claim("KMPKG-09")]
    public async Task A_crash_in_the_middle_of_a_build_has_the_frames_in_both_events_and_no_message()
    {
        using var home = new Home(name: User);
        // The port's file exists already, so kmpkg looks for its owner in the damaged record.
        var taken = Path.Combine(home.Folder, WorkFolder, "installed/include/eigen3/Eigen/Core");
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        await File.WriteAllTextAsync(taken, "", TestContext.Current.CancellationToken);
        await Crash(home, "install", "eigen3");
        var lines = home.Lines("spool");
        Assert.Equal(2, lines.Count);
        foreach (var text in lines)
        {
            using var line = JsonDocument.Parse(text);
            Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
            Assert.Contains("\"Kmpkg.Installing.InstalledPort.Read:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("no such line", text, StringComparison.Ordinal);
        }

        Assert.Empty(Names.FindBelow(home.State));
    }

    [Fact]
    [Claim("KMPKG-09")]
    public async Task Without_a_stack_field_in_the_manifest_a_crash_is_recorded_only_as_a_failure()
    {
        using var builder = new Home(name: User);
        var tool = await PersonalPathBuild.Make(Path.Combine(builder.Folder, BuildFolder), withStack: false);
        using var home = new Home(tool: tool, name: User);
        await Crash(home);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines("spool")));
        Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
        Assert.Equal(9, line.RootElement.GetProperty("fields").GetProperty("exit_code").GetInt32());
        Assert.False(line.RootElement.GetProperty("fields").TryGetProperty("stack", out _));
        Assert.Empty(Names.FindBelow(home.State));
    }

    /// <summary>Damages the tree's record of a port: kmpkg fails on it, with a message that names the file.</summary>
    static async Task Crash(Home home, params string[] command)
    {
        await home.SetUp();
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, WorkFolder)).FullName;
        var ports = Directory.CreateDirectory(Path.Combine(home.WorkingFolder, "installed/.kmpkg/ports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(ports, "zlib"), "no such line\n",
            TestContext.Current.CancellationToken);
        var ended = await home.Run(command is [] ? ["list"] : command);
        Assert.Equal(9, ended.ExitCode);
        Assert.Contains(nameof(InvalidDataException), ended.Errors, StringComparison.Ordinal);
    }
}
