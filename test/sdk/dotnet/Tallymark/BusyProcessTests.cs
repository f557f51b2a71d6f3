// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Tests;

/// <summary>A process that records so much that the disk would fill before an upload is due.</summary>
public sealed class BusyProcessTests
{
    const int FullFileBytes = 256 * 1024;

    static readonly int LineBytes = MeasureLine();

    [Fact]
    public async Task Every_4_MiB_make_an_upload_due_whatever_the_time()
    {
        using var home = Busy();
        DueFile.Write(home.State.Due, Now(home).AddHours(20), failures: 0);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var recorded = await RecordMuch(home);
        Assert.Equal(recorded, collector.Requests.Sum(request => request.Events) + home.Lines().Count);
        Assert.InRange(home.Lines().Count, 0, FullFileBytes / LineBytes);
        Assert.Equal(
            Now(home).AddHours(24), DueFile.Read(home.State.Due, Now(home))!.Value.Time, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task After_a_failed_upload_they_only_apply_the_limits()
    {
        using var home = Busy();
        DueFile.Write(home.State.Due, Now(home).AddHours(20), failures: 1);
        var due = await File.ReadAllTextAsync(home.State.Due, TestContext.Current.CancellationToken);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var recorded = await RecordMuch(home);
        recorded += await RecordMuch(home);
        Assert.Empty(collector.AskedForSettings);
        Assert.InRange(home.Lines().Count, 5_000, 10_000 + (FullFileBytes / LineBytes));
        Assert.Equal(recorded - home.Lines().Count, new QueueLimits(home.State).Dropped);
        Assert.StartsWith(due, await File.ReadAllTextAsync(home.State.Due, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    static UserHome Busy() => new UserHome().Agreed().WithSettings().InBackground();

    static DateTime Now(UserHome home) => home.Clock.GetUtcNow().UtcDateTime;

    // Records as many full files as make an upload due and a few events more, waits for the upload, and returns the
    // number of events.
    static async Task<int> RecordMuch(UserHome home)
    {
        var count = 0;
        using (var client = home.Start())
        {
            // The line that makes a file full may be over the limit.
            for (; count * LineBytes <= UploadWatch.FullFilesUntilDue * (FullFileBytes + LineBytes); count++)
                RecordOne(client);
        }

        await home.End();
        return count;
    }

    static void RecordOne(TelemetryClient client)
    {
        using var work = new WorkEvent(client);
        work.Items = 1;
    }

    static int MeasureLine()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
            RecordOne(client);
        return Encoding.UTF8.GetByteCount(Assert.Single(home.Lines())) + 1;
    }
}
