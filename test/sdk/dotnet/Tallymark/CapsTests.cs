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
        using var home = new UserHome().Agreed().RecordMany(6000);
        home.Age(1);
        home.RecordMany(6000);
        var newest = Directory.GetFiles(home.State.Spool)
            .Where(file => File.GetLastWriteTimeUtc(file) > home.Clock.GetUtcNow().UtcDateTime.AddHours(-20))
            .SelectMany(File.ReadAllLines).ToList();
        await home.FailUpload();
        var left = UserHome.LinesIn(home.State.Path);
        Assert.InRange(left.Count, 9_000, 10_000);
        Assert.Equal(12_000 - left.Count, new QueueLimits(home.State).Dropped);
        Assert.Empty(newest.Except(left));
        home.Command("status");
        Assert.Contains($"Events dropped (too many or too old): {12_000 - left.Count}\n", home.Answered.ToString());
    }

    [Fact]
    public async Task Over_10_MiB_the_oldest_are_dropped_and_counted()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var line = home.Lines()[0];
        var longLine = line.Replace("\"success\"", "\"" + new string('s', 15_000) + "\"") + "\n";
        for (var file = 0; file < 8; file++)
            home.Spool($"{file}.ndjson", string.Concat(Enumerable.Repeat(longLine, 100)));
        await home.FailUpload();
        var left = Directory.GetFiles(home.State.Path, "*.ndjson", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length);
        Assert.InRange(left, 8 * 1024 * 1024, 10 * 1024 * 1024);
        Assert.Equal(801 - UserHome.LinesIn(home.State.Path).Count, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task Events_older_than_30_days_are_dropped_whether_frozen_or_not()
    {
        using var home = new UserHome().Agreed().RecordMany(3);
        Freeze(home);
        home.RecordMany(2);
        home.Age(31);
        await home.FailUpload("unknown-manifest");
        Assert.Empty(UserHome.LinesIn(home.State.Path));
        Assert.Equal(5, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task Younger_events_and_events_that_can_be_sent_are_not_dropped()
    {
        using var home = new UserHome().Agreed().RecordMany(3);
        home.Age(29);
        await home.FailUpload();
        Assert.Equal(3, UserHome.LinesIn(home.State.Batches).Count);
        home.Age(31);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(3, (await home.Upload(collector)).Accepted);
        Assert.Equal(0, new QueueLimits(home.State).Dropped);
    }

    [Fact]
    public async Task A_file_that_a_process_still_writes_is_not_dropped()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        new WorkEvent(client).Dispose();
        home.Age(31);
        await home.FailUpload();
        Assert.Single(home.Lines());
        Assert.Equal(0, new QueueLimits(home.State).Dropped);
    }

    [Theory]
    [InlineData(null, 7 + 3)]
    [InlineData("7 " + Batch, 7)]
    public async Task Events_being_dropped_when_the_uploader_is_killed_are_counted_once(string? counted, int expected)
    {
        using var home = new UserHome().Agreed().RecordMany(3);
        StateFolder.Make(home.State.In("dropping"));
        Directory.Move(home.State.Spool, Path.Combine(home.State.In("dropping"), Batch));
        File.WriteAllText(home.State.In("dropped"), (counted ?? "7 another.ndjson") + "\n");
        await home.FailUpload();
        Assert.Equal(expected, new QueueLimits(home.State).Dropped);
        Assert.Empty(Directory.GetFileSystemEntries(home.State.In("dropping")));
    }

    [Fact]
    public async Task An_endpoint_that_is_refused_does_not_let_the_spool_grow()
    {
        using var home = new UserHome().Agreed().RecordMany(3);
        home.Age(31);
        home.Tool = Some.Copy(home.Tool, "http://telemetry.example/v1/batches");
        await home.Upload();
        Assert.Equal(3, new QueueLimits(home.State).Dropped);
        Assert.Equal(1, DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value.Failures);
    }

    static void Freeze(UserHome home)
    {
        StateFolder.Make(home.State.Batches);
        Directory.Move(home.State.Spool, Path.Combine(home.State.Batches, Batch));
    }
}
