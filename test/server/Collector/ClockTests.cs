// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>
/// A wrong clock removes nothing, drops nothing and releases nothing: the collector waits for its operator.
/// </summary>
public sealed class ClockTests
{
    const string Clock = "clock"; // the periodic task

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly TimeSpan Check = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_clock_that_jumps_while_the_collector_runs_drops_and_removes_nothing()
    {
        var clock = new JumpingClock();
        using var folder = new TempFolder();
        await using var collector = await StartAsync(folder, clock);
        await collector.SendAsync(Some.LineOf(1), Some.LineOf(2));
        using var client = ControlClient.TryConnect(collector.Data)!;
        foreach (var days in new[] { 400, -3 })
        {
            clock.Jump = TimeSpan.FromDays(days);
            var refused = await collector.SendAsync(Some.LineOf(3));
            Assert.Equal((503, "clock"), (refused.Status, refused.Problem));
            Assert.True(refused.Headers.ContainsKey("Retry-After"));
            Assert.Contains(client.Status().Due, due => due.What == "clock");
            // The retention's turn comes, and is left out.
            await collector.UntilAsync(
                "maintenance", () => collector.Log.Contains("The clock says", StringComparison.Ordinal), Cancel);
        }

        // Right again: nothing is missing, and no operator had to do anything.
        clock.Jump = default;
        Assert.Equal(200, (await collector.SendAsync(Some.LineOf(3))).Status);
        Assert.DoesNotContain(client.Status().Due, due => due.What == "clock");
        Assert.DoesNotContain("expired", collector.Log, StringComparison.Ordinal);
        var counters = await collector.CountersAsync();
        Assert.Equal((3, 3), (counters.Received, counters.Stored));
    }

    [Fact]
    public async Task A_jump_ahead_is_reported_while_it_lasts_and_when_it_is_undone_all_continues_also_after_a_restart()
    {
        var (clock, ahead) = (new JumpingClock(), TimeSpan.FromDays(6));
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, clock))
        {
            Assert.Equal(200, (await collector.SendAsync(Some.LineOf(1))).Status);
            await JumpAsync(collector, folder, clock, ahead);
            clock.Jump = default;
            await IsRightAsync(collector);
            await collector.UntilAsync(
                Clock, () => collector.Log.Contains("The clock is trusted again", StringComparison.Ordinal), Cancel);
            await collector.UntilAsync(Clock, () => !IsDoubted(folder, clock.GetUtcNow() + ahead), Cancel);
            await JumpAsync(collector, folder, clock, ahead);
        }

        // The collector ended while the clock was ahead: the next one knows it, too.
        await using (var still = await StartAsync(folder, clock))
        {
            await IsReportedAsync(still, clock);
            clock.Jump = default;
            await IsRightAsync(still);
            await JumpAsync(still, folder, clock, ahead);
        }

        // Corrected while no collector ran.
        clock.Jump = default;
        await using var corrected = await StartAsync(folder, clock);
        await IsRightAsync(corrected);
        Assert.DoesNotContain("expired", corrected.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jump_ahead_that_is_right_is_accepted_and_the_command_says_what_it_did()
    {
        var clock = new JumpingClock();
        using var folder = new TempFolder();
        await using var collector = await StartAsync(folder, clock);
        await JumpAsync(collector, folder, clock, TimeSpan.FromDays(3));
        var accepted = (await AcceptAsync(collector)).With(0).Output;
        Assert.StartsWith("The clock is accepted: it says ", accepted, StringComparison.Ordinal);
        Assert.Contains(", 3 days ahead of ", accepted, StringComparison.Ordinal);
        await IsRightAsync(collector);
        Assert.False(IsDoubted(folder, clock.GetUtcNow()));
        Assert.StartsWith(
            "The clock was not in doubt. ", (await AcceptAsync(collector)).With(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_back_that_no_witness_can_judge_says_both_that_the_operator_can_do()
    {
        var clock = new JumpingClock();
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, clock))
            await collector.UntilAsync(Clock, () => File.Exists(folder["data/clock.json"]), Cancel);
        clock.Jump = TimeSpan.FromDays(6); // as if the collector had been stopped for six days
        await using var later = await StartAsync(folder, clock);
        await later.UntilAsync(Clock, () => !IsDoubted(folder, clock.GetUtcNow() + TimeSpan.FromDays(6)), Cancel);
        clock.Jump = default;
        Assert.Equal("clock", (await later.SendAsync(Some.LineOf(1))).Problem);
        using var client = ControlClient.TryConnect(later.Data)!;
        var due = Assert.Single(client.Status().Due, due => due.What == "clock");
        Assert.Contains(
            "If the clock is right now, because it was ahead before, run: tallymark reload --accept-clock. "
            + "Otherwise correct it, and all continues by itself.",
            due.Todo, StringComparison.Ordinal);
        Assert.Contains(", 6 days behind ", (await AcceptAsync(later)).With(0).Output, StringComparison.Ordinal);
        await IsRightAsync(later);
    }

    [Fact]
    public async Task A_start_with_a_clock_that_is_ahead_waits_until_the_operator_accepts_it()
    {
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, new JumpingClock()))
            await collector.SendAsync(Some.LineOf(1));
        var ahead = new JumpingClock { Jump = TimeSpan.FromDays(500) };
        await using (var collector = await StartAsync(folder, ahead))
        {
            var line = Some.Line(time: Some.Time(ahead.GetUtcNow()));
            Assert.Equal("clock", (await collector.SendAsync(line)).Problem);
            using var client = ControlClient.TryConnect(collector.Data)!;
            var due = Assert.Single(client.Status().Due, due => due.What == "clock");
            Assert.Contains("--accept-clock", due.Todo, StringComparison.Ordinal);
            client.Reload(acceptClock: true);
            Assert.Equal(200, (await collector.SendAsync(line)).Status);
            Assert.DoesNotContain(client.Status().Due, due => due.What == "clock");
        }

        // Accepted for later starts as well.
        await using var again = await StartAsync(folder, ahead);
        Assert.Equal(200, (await again.SendAsync(Some.Line(time: Some.Time(ahead.GetUtcNow())))).Status);
    }

    [Fact]
    public async Task A_few_days_without_the_collector_are_no_reason_to_doubt_the_clock()
    {
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, new JumpingClock()))
            await collector.SendAsync(Some.LineOf(1));
        await using var later = await StartAsync(folder, new JumpingClock { Jump = TimeSpan.FromDays(6) });
        Assert.Equal(200, (await later.SendAsync(Some.LineOf(2))).Status);
    }

    [Fact]
    public async Task No_period_is_released_by_a_clock_that_the_collector_would_doubt()
    {
        using var folder = new TempFolder();
        await using (var collector = await StartAsync(folder, new JumpingClock()))
            await collector.SendAsync(Some.LineOf(1));
        var seen = Some.Time(TimeProvider.System.GetUtcNow().AddDays(-400));
        folder.Write("data/clock.json", $$"""{"tallymark":1,"seen":"{{seen}}"}""");
        var publish = await CollectorProgram.Run(
            "publish", "--data", folder["data"], "--tool", Some.Tool, "--period", "2026-q1", "--to", folder["public"]);
        Assert.Equal(1, publish.ExitCode);
        Assert.Contains("Nothing was published. The clock says", publish.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["public"]) && Directory.EnumerateFileSystemEntries(folder["public"]).Any());
    }

    // Waits until other processes can know it as well.
    static async Task JumpAsync(
        InProcessCollector collector, TempFolder folder, JumpingClock clock, TimeSpan ahead)
    {
        await collector.UntilAsync(Clock, () => File.Exists(folder["data/clock.json"]), Cancel);
        clock.Jump = ahead;
        await IsReportedAsync(collector, clock);
        Assert.Contains(" 235 warning: The clock says ", collector.Log, StringComparison.Ordinal);
        await collector.UntilAsync(Clock, () => IsDoubted(folder, clock.GetUtcNow()), Cancel);
    }

    static async Task IsReportedAsync(InProcessCollector collector, JumpingClock clock)
    {
        Assert.Equal(200, (await collector.SendAsync(Some.Line(time: Some.Time(clock.GetUtcNow())))).Status);
        using var client = ControlClient.TryConnect(collector.Data)!;
        var due = Assert.Single(client.Status().Due, due => due.What == "clock");
        Assert.Contains("no period is released", due.Todo, StringComparison.Ordinal);
        Assert.Contains("Correct the clock, and all continues by itself.", due.Todo, StringComparison.Ordinal);
        Assert.Contains("tallymark reload --accept-clock", due.Todo, StringComparison.Ordinal);
    }

    static async Task IsRightAsync(InProcessCollector collector)
    {
        Assert.Equal(200, (await collector.SendAsync(Some.LineOf(2))).Status);
        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.DoesNotContain(client.Status().Due, due => due.What == "clock");
    }

    // As `publish`, a backup and a status without a collector judge it.
    static bool IsDoubted(TempFolder folder, DateTimeOffset now) =>
        DataFolder.Open(folder["data"]).ClockDoubt(now) is not null;

    static Task<ProcessResult> AcceptAsync(InProcessCollector collector) =>
        CollectorProgram.Run("reload", "--accept-clock", "--data", collector.Data);

    static Task<InProcessCollector> StartAsync(TempFolder folder, TimeProvider time) => InProcessCollector.StartAsync(
        folder, data => new DuckDbEventStore(data.Path, new DuckDbOptions { Time = time }),
        options => options with
        {
            Limits = options.Limits with
            {
                ClockNoteInterval = Check,
                MaintenanceCheckInterval = Check,
                MaintenanceInterval = Check,
            },
        },
        time);

    /// <summary>The system's clock, with a wall clock that a test can set; the monotonic one goes on.</summary>
    sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;
    }
}
