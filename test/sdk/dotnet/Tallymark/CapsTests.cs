// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// The queue is bounded by age, count and bytes; the oldest events are dropped and counted (spec/spool.md, "Caps").
/// </summary>
public sealed class CapsTests
{
    const string Batch = "0f8fad5b-d9cb-469f-a165-70867728950e";

    [Fact]
    public async Task Over_10_000_events_the_oldest_are_dropped_and_counted()
    {
        using var home = new Home().Agreed().RecordMany(6000);
        foreach (var file in Directory.GetFiles(home.State.Spool))
            File.SetLastWriteTimeUtc(file, home.Clock.GetUtcNow().UtcDateTime.AddDays(-1));
        home.RecordMany(6000);
        var newest = Directory.GetFiles(home.State.Spool)
            .Where(file => File.GetLastWriteTimeUtc(file) > home.Clock.GetUtcNow().UtcDateTime.AddHours(-20))
            .SelectMany(File.ReadAllLines).ToList();
        await Fail(home);
        var left = Home.LinesIn(home.State.Path);
        Assert.InRange(left.Count, 9_000, 10_000);
        Assert.Equal(12_000 - left.Count, new QueueLimits(home.State).Dropped);
        Assert.Empty(newest.Except(left));
        home.Command("status");
        Assert.Contains($"Events dropped (too many or too old): {12_000 - left.Count}\n", home.Answered.ToString());
    }

    [Fact]
    public async Task Over_10_MiB_the_oldest_are_dropped_and_counted()
    {
        using var home = new Home().Agreed().Record(_ => { });
        var line = home.Lines()[0];
        var longLine = line.Replace("\"success\"", "\"" + new string('s', 15_000) + "\"") + "\n";
        for (var file = 0; file < 8; file++)
            home.Spool($"{file}.ndjson", string.Concat(Enumerable.Repeat(longLine, 100)));
        await Fail(home);
        var left = Directory.GetFiles(home.State.Path, "*.ndjson", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length);
        Assert.InRange(left, 8 * 1024 * 1024, 10 * 1024 * 1024);
        Assert.Equal(801 - Home.LinesIn(home.State.Path).Count, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task Events_older_than_30_days_are_dropped_whether_frozen_or_not()
    {
        using var home = new Home().Agreed().RecordMany(3);
        Freeze(home);
        home.RecordMany(2);
        Age(home, 31);
        await Fail(home, "unknown-manifest");
        Assert.Empty(Home.LinesIn(home.State.Path));
        Assert.Equal(5, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task Younger_events_and_events_that_can_be_sent_are_not_dropped()
    {
        using var home = new Home().Agreed().RecordMany(3);
        Age(home, 29);
        await Fail(home);
        Assert.Equal(3, Home.LinesIn(home.State.Batches).Count);
        Age(home, 31);
        using var collector = new Listener(Listener.Accept);
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        Assert.Equal(3, (await new Uploader(home.Tool, home.State, home.SdkEnvironment).Run(wait: false)).Accepted);
        Assert.Equal(0, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task A_file_that_a_process_still_writes_is_not_dropped()
    {
        using var home = new Home().Agreed();
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        Age(home, 31);
        await Fail(home);
        Assert.Single(home.Lines());
        Assert.Equal(0, new QueueLimits(home.State).Dropped);
    }

    [Theory]
    [InlineData(null, 7 + 3)]
    [InlineData("7 " + Batch, 7)]
    public async Task Events_being_dropped_when_the_uploader_is_killed_are_counted_once(string? counted, int expected)
    {
        using var home = new Home().Agreed().RecordMany(3);
        StateFolder.Make(home.State.In("dropping"));
        Directory.Move(home.State.Spool, Path.Combine(home.State.In("dropping"), Batch));
        File.WriteAllText(home.State.In("dropped"), (counted ?? "7 another.ndjson") + "\n");
        await Fail(home);
        Assert.Equal(expected, new QueueLimits(home.State).Dropped);
        Assert.Empty(Directory.GetFileSystemEntries(home.State.In("dropping")));
    }

    [Fact]
    public async Task An_endpoint_that_is_refused_does_not_let_the_spool_grow()
    {
        using var home = new Home().Agreed().RecordMany(3);
        Age(home, 31);
        home.Tool = OutcomeTests.At(home.Tool, "http://telemetry.example/v1/batches");
        await new Uploader(home.Tool, home.State, home.SdkEnvironment).Run(wait: false);
        Assert.Equal(3, new QueueLimits(home.State).Dropped);
        Assert.Equal(1, DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value.Failures);
    }

    static void Freeze(Home home)
    {
        StateFolder.Make(home.State.Batches);
        Directory.Move(home.State.Spool, Path.Combine(home.State.Batches, Batch));
    }

    static void Age(Home home, int days)
    {
        foreach (var file in Directory.GetFiles(home.State.Path, "*.ndjson", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, home.Clock.GetUtcNow().UtcDateTime.AddDays(-days));
    }

    static async Task Fail(Home home, string problem = "busy")
    {
        using var collector = new Listener(_ => Listener.Problem(503, problem));
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        await new Uploader(home.Tool, home.State, home.SdkEnvironment).Run(wait: false);
    }
}
