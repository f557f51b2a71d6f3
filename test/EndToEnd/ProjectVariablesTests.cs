// SPDX-License-Identifier: MIT

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// Variables that a project can set (an <c>.env</c> file, a snap) move no opt-out, and lead nothing of a released tool
/// to another address.
/// </summary>
public sealed class ProjectVariablesTests
{
    [Fact]
    public async Task An_opt_out_holds_under_other_folders_and_after_the_folder_of_choices_was_removed()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Telemetry("withhold", "country")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
        home.Environment["XDG_CONFIG_HOME"] = Path.Combine(home.Folder, "snap/config");
        await AssertOff(home);
        home.Environment["XDG_STATE_HOME"] = Path.Combine(home.Folder, "snap/state");
        await home.SetUp();
        await AssertOff(home);
        home.Environment.Remove("XDG_CONFIG_HOME");
        home.Environment.Remove("XDG_STATE_HOME");
        Directory.Delete(Path.Combine(home.Folder, ".config"), recursive: true);
        await AssertOff(home);
        Assert.Equal(0, await collector.Stop());
        Assert.Empty(await collector.Events());
    }

    [Fact]
    public async Task A_local_port_gets_neither_batches_nor_proofs_and_confirms_no_deletion()
    {
        await using var collector = await RunningCollector.Start();
        await using var thief = new RecordingRelay(collector);
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        home.Environment["TALLYMARK_ENDPOINT"] = thief.Endpoint;
        await home.Upload();
        await collector.Kill();
        Assert.Equal(1, (await home.Telemetry("delete")).ExitCode);
        Assert.True(File.Exists(Path.Combine(home.State, "proofs")));
        Assert.Empty(await thief.Close());

        await collector.StartAgain();
        Assert.Equal(0, (await home.Telemetry("delete")).ExitCode);
        Assert.False(File.Exists(Path.Combine(home.State, "proofs")));
    }

    [Fact]
    public async Task The_variable_of_an_uploader_makes_no_tool_do_nothing()
    {
        using var home = new Home();
        await home.SetUp();
        home.Environment["TALLYMARK_UPLOAD"] = "kmpkg";
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));
    }

    static async Task AssertOff(Home home)
    {
        await home.Kmpkg("list");
        Assert.Equal([], Directory.GetFiles(home.Folder, "*.ndjson", SearchOption.AllDirectories));
        var status = (await home.Telemetry("status")).Output;
        Assert.Contains("is off (your saved choice in ", status, StringComparison.Ordinal);
        Assert.Contains("Withheld fields: country\n", status, StringComparison.Ordinal);
    }
}
