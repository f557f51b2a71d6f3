// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using static Tallymark.Tests.Processes;

namespace Tallymark.Tests;

/// <summary>
/// Whole processes: what survives a kill, what a pipe sees, what an unusable home changes. Nothing here runs in
/// process.
/// </summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task A_run_that_records_prints_and_exits_like_one_without_telemetry()
    {
        using var home = UserHome();
        var bare = await Run(home, "bare");
        Assert.Equal(new ProcessResult(7, "result\n", ""), bare);
        Assert.Equal(bare, await Run(home, "work"));
        Assert.Single(home.Lines());
    }

    [Fact]
    public async Task The_show_option_prints_exactly_what_is_in_the_spool_on_standard_error()
    {
        using var home = UserHome();
        var shown = await Run(home, "many", "3", "--printmetrics");
        Assert.Equal("result\n", shown.Output);
        Assert.Equal(File.ReadAllText(Assert.Single(Directory.GetFiles(home.State.Spool))), shown.Errors);
        Assert.Equal(3, home.Lines().Count);
    }

    [Fact]
    public async Task The_show_option_says_why_nothing_was_recorded()
    {
        using var home = new UserHome();
        Assert.Equal(
            "telemetry: nothing was recorded, because the notice has not been seen yet; "
                + "the setup program or `sample-tool telemetry notice` shows the current notice.\n",
            (await Run(home, "work", "--printmetrics")).Errors);
        Assert.Equal(
            "telemetry: nothing was recorded, because telemetry is off "
                + "(option --disable-metrics on this command line).\n",
            (await Run(home, "work", "--printmetrics", "--disable-metrics")).Errors);
    }

    [Fact]
    public async Task On_a_pseudo_terminal_the_first_run_shows_the_notice_and_the_second_records()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "script(1) makes the terminal");
        using var home = new UserHome();
        var first = await RunOther(home, "/usr/bin/script", "-qec", Sample + " terminal", "/dev/null");
        Assert.Contains("It is anonymous.", first.Output);
        Assert.Equal(7, first.ExitCode);
        Assert.Empty(home.Lines());
        Assert.DoesNotContain(
            "anonymous", (await RunOther(home, "/usr/bin/script", "-qec", Sample + " terminal", "/dev/null")).Output);
        Assert.Contains("interactive", Assert.Single(home.Lines()));
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_every_line_that_it_wrote()
    {
        using var home = UserHome();
        using var process = Start(home, Sample, "forever");
        var reported = 0;
        while (reported < 200)
            reported = int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        process.Kill();
        await process.WaitForExitAsync();
        var items = home.Lines().Select(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("items").GetInt64()).ToHashSet();
        for (var i = 1; i <= reported; i++)
            Assert.Contains(i, items);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(0, (await Run(home, collector, "telemetry", "upload")).ExitCode);
        Assert.Equal(items.Count, collector.Requests.Sum(request => request.Events));
    }

    [Fact]
    public async Task The_file_of_a_living_process_is_left_alone_and_taken_when_it_has_ended()
    {
        using var home = UserHome();
        using var collector = new Listener(Listener.Accept);
        using var process = Start(home, Sample, "hold");
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        Assert.Equal(
            "sample-tool telemetry: nothing is queued.\n", (await Run(home, collector, "telemetry", "upload")).Errors);
        Assert.Empty(collector.Requests);
        if (File.Exists("/usr/bin/flock"))
        {
            var file = Assert.Single(Directory.GetFiles(home.State.Spool));
            Assert.Equal(1, (await RunOther(home, "/usr/bin/flock", "--shared", "--nonblock", file, "true")).ExitCode);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(
            "sample-tool telemetry: 1 event accepted.\n", (await Run(home, collector, "telemetry", "upload")).Errors);
        Assert.Single(collector.Requests);
    }

    [Fact]
    public async Task A_pipe_ends_with_the_program_while_its_uploader_is_still_connected()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc shows what the uploader holds");
        using var home = UserHome();
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        using var collector = new Listener(_ => null);
        home.Collector = collector.Address;
        using var process = Start(
            home, "/bin/sh", "-c", "exec 9>\"$HOME/inherited\"; x=$(" + Sample + " work); echo \"$x ended\"");
        Assert.Equal("result ended\n", await process.StandardOutput.ReadToEndAsync());
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await collector.First.Task;
        Assert.False(collector.Gone.Task.IsCompleted);
        Assert.Single(Assert.Single(collector.Requests).Lines[1..]);

        var uploader = Assert.Single(home.Uploaders());
        Assert.Equal("/", Link(uploader, "cwd"));
        foreach (var descriptor in (string[])["fd/0", "fd/1", "fd/2"])
            Assert.Equal("/dev/null", Link(uploader, descriptor));
        Assert.DoesNotContain(
            Directory.GetFiles("/proc/" + uploader + "/fd"),
                path => Link(path)?.Contains("inherited", StringComparison.Ordinal) == true);
        var state = File.ReadAllText("/proc/" + uploader + "/stat");
        var session = state[(state.LastIndexOf(')') + 2)..].Split(' ')[3];
        Assert.Equal(uploader.ToString(CultureInfo.InvariantCulture), session);

        // No other process starts an uploader meanwhile, and the batch is sent under the same id afterwards.
        await Run(home, "work");
        Assert.Equal(uploader, Assert.Single(home.Uploaders()));
        var id = collector.Requests.Single().Batch;
        collector.Dispose();
        using var better = new Listener(Listener.Accept);
        Assert.Equal(
            "sample-tool telemetry: 2 events accepted.\n", (await Run(home, better, "telemetry", "upload")).Errors);
        Assert.Equal(id, better.Requests.First().Batch);
    }

    [Fact]
    public async Task An_uploader_does_not_run_the_program_and_says_nothing()
    {
        using var home = UserHome();
        await Run(home, "work");
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_UPLOAD"] = "sample-tool";
        Assert.Equal(new ProcessResult(0, "", ""), await Run(home, collector, "--tallymark-upload"));
        Assert.Equal(1, Assert.Single(collector.Requests).Events);
        home["TALLYMARK_UPLOAD"] = "another-tool";
        Assert.NotEqual(0, (await Run(home, "--tallymark-upload")).ExitCode);
    }

    [Fact]
    public async Task A_variable_alone_makes_no_process_an_uploader_and_prevents_no_upload()
    {
        using var home = UserHome();
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_UPLOAD"] = "sample-tool";
        Assert.Equal(7, (await Run(home, collector, "work")).ExitCode);
        Assert.Empty(collector.Requests);
        DueFile.Write(home.State.Due, DateTime.UnixEpoch, failures: 0);
        Assert.Equal(7, (await Run(home, collector, "work")).ExitCode);
        await collector.First.Task;
        Assert.Equal(2, Assert.Single(collector.Requests).Events);
    }

    [Fact]
    public async Task Of_many_uploaders_one_works_and_each_event_is_sent_once()
    {
        using var home = UserHome();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Run(home, "many", "5")));
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_UPLOAD"] = "sample-tool";
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Run(home, collector, "--tallymark-upload")));
        Assert.Equal(40, collector.Requests.Sum(request => request.Events));
        Assert.Equal(
            collector.Requests.Count,
            collector.Requests.Select(request => request.Batch).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Without_a_usable_home_the_tool_does_what_it_always_does()
    {
        using var home = UserHome();
        foreach (var unusable in (string?[])[null, "", "relative", "/proc", "/dev/null", "/nowhere/at/all"])
        {
            home["HOME"] = unusable;
            Assert.Equal(new ProcessResult(7, "result\n", ""), await Run(home, "work"));
            Assert.Equal(new ProcessResult(7, "result\n", ""), await Run(home, "terminal"));
        }
    }

    [Fact]
    public async Task With_a_read_only_home_the_tool_does_what_it_always_does()
    {
        SkipUnlessMounts();
        using var home = UserHome();
        var ended = await RunOther(home, "unshare", "-m", "sh", "-c",
            "mount --bind \"$HOME\" \"$HOME\" && mount -o remount,bind,ro \"$HOME\" "
                + "&& ! touch \"$HOME/x\" 2>/dev/null && exec " + Sample + " work");
        Assert.Equal(new ProcessResult(7, "result\n", ""), ended);
        Assert.Empty(home.Lines());
    }

    [Fact]
    public async Task On_a_full_disk_the_tool_works_as_usual_and_complete_lines_stay_intact()
    {
        SkipUnlessMounts();
        using var home = new UserHome();
        var state = home.Path + "/.local/state";
        Directory.CreateDirectory(state);
        Directory.CreateDirectory(home.Path + "/kept");
        var ended = await RunOther(home, "unshare", "-m", "sh", "-c",
            "mount -t tmpfs -o size=128k tmpfs " + state + " && "
            + Sample + " telemetry notice 2>/dev/null && " + Sample + " work && exit 1; "
            + "dd if=/dev/zero of=" + state + "/fill bs=1k 2>/dev/null; truncate -s -10k " + state + "/fill; "
            + Sample + " many 200; first=$?; dd if=/dev/zero of=" + state + "/more bs=1 2>/dev/null; "
            + Sample + " work; second=$?; rm " + state + "/fill " + state + "/more; " + Sample + " work; third=$?; "
            + "cp -r " + state + "/. \"$HOME/kept\"; exit $((first * 49 + second * 7 + third - 392))");
        Assert.Equal(7 * 49 + 7 * 7 + 7 - 392, ended.ExitCode);
        Assert.Equal(string.Concat(Enumerable.Repeat("result\n", 4)), ended.Output);
        Assert.Equal("", ended.Errors);
        var kept = Directory.GetFiles(home.Path + "/kept/tallymark/sample-tool/spool", "*.ndjson");
        var lines = Tests.UserHome.LinesIn(home.Path + "/kept/tallymark/sample-tool/spool");
        Assert.All(lines, line => JsonDocument.Parse(line));
        Assert.InRange(lines.Count, 3, 150);
        Assert.All(
            kept, file => Assert.True(File.ReadAllBytes(file) is [] or [.., (byte)'\n'], "half a line was left"));
    }

    [Fact]
    public async Task Answers_go_to_standard_output_and_errors_to_standard_error()
    {
        using var home = UserHome();
        var why = await Run(home, "telemetry", "why");
        Assert.Equal(
            new ProcessResult(0, "Telemetry for Sample is on (the default).\nEvents are recorded.\n", ""), why);
        await Run(home, "work");
        var status = await Run(home, "telemetry", "status");
        Assert.Equal(0, status.ExitCode);
        Assert.Contains("Files not sent yet: 1\n", status.Output);
        Assert.Equal("", status.Errors);
        const string Usage = "usage: sample-tool telemetry VERB [FIELD] [--json]\n";
        Assert.Equal(
            new ProcessResult(
                2, "",
                "sample-tool telemetry: unknown verb `what`.\n" + Usage
                    + "`sample-tool telemetry help` lists the verbs.\n"),
            await Run(home, "telemetry", "what"));
        var help = await Run(home, "telemetry", "help");
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.StartsWith(Usage, help.Output);
    }

    static UserHome UserHome() => new UserHome().Agreed();

    static string? Link(int process, string name) => Link("/proc/" + process + "/" + name);

    static string? Link(string path) => new FileInfo(path).LinkTarget;
}
