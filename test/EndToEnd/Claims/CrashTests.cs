// SPDX-License-Identifier: MIT
// A crash of the tool, built and run in paths that tell much: the report names the tool's own methods and no piece of a path.

using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class CrashTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string BuildFolder = "mondkalb-werkstatt/umlaufbahn-geheimprojekt";
    const string WorkFolder = "sternwarte-drosselbart";

    static readonly Planted Names = new(User, BuildFolder, WorkFolder);

    [Fact]
    [Claim("KMPKG-09")]
    public async Task A_crash_report_has_the_methods_of_the_tool_and_no_piece_of_the_paths_that_built_or_ran_it()
    {
        using var builder = new Home(name: User);
        var folder = Path.Combine(builder.Folder, BuildFolder);
        var tool = await TellingBuild.Make(folder);
        // It is in the symbols beside the tool, where the lines come from: it was there to be leaked.
        Assert.NotEmpty(Names.FindIn("symbols", await File.ReadAllBytesAsync(
            Path.ChangeExtension(tool, ".pdb"), TestContext.Current.CancellationToken)));

        await using var collector = await RunningCollector.Start(Path.Combine(folder, "manifest"));
        await using var relay = new RecordingRelay(collector);
        using var home = new Home(relay.Endpoint, tool, User);
        await Crash(home);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines("spool")));
        Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
        var stack = line.RootElement.GetProperty("fields").GetProperty("stack").EnumerateArray().Select(f => f.GetString()!).ToList();
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
    public async Task Where_the_manifest_asks_for_no_stack_a_crash_is_a_failure_and_nothing_more()
    {
        using var home = new Home(name: User);
        await Crash(home);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines("spool")));
        Assert.Equal("failure", line.RootElement.GetProperty("status").GetString());
        Assert.False(line.RootElement.GetProperty("fields").TryGetProperty("exit_code", out _));
        Assert.Empty(Names.FindBelow(home.State));
    }

    /// <summary>What the tree remembers of a port is damaged: kmpkg gives up on it, with a message that names the file.</summary>
    static async Task Crash(Home home)
    {
        await home.SetUp();
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, WorkFolder)).FullName;
        var ports = Directory.CreateDirectory(Path.Combine(home.WorkingFolder, "installed/.kmpkg/ports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(ports, "zlib"), "no such line\n", TestContext.Current.CancellationToken);
        var ended = await home.Bare("list");
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains(nameof(InvalidDataException), ended.Errors, StringComparison.Ordinal);
    }
}
