// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;

namespace Tallymark.Tests;

/// <summary>
/// The uploader inside a long-running process: one at a time, only when due, and never delaying the program.
/// </summary>
public sealed class BackgroundUploadTests
{
    [Fact]
    public void Until_it_is_due_it_looks_at_no_file()
    {
        using var home = new UserHome();
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home).AddSeconds(1));
        Assert.False(upload.IsDue(Now(home)));
        Assert.False(upload.TryClaim(Now(home)));
        Assert.False(Directory.Exists(home.State.Path));
        Assert.True(upload.IsDue(Now(home).AddSeconds(1)));
    }

    [Fact]
    public void When_another_process_has_uploaded_meanwhile_it_waits_for_the_time_that_that_one_has_left()
    {
        using var home = new UserHome();
        DueFile.Write(home.State.Due, Now(home).AddHours(5), failures: 0);
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.False(upload.TryClaim(Now(home)));
        Assert.False(upload.IsDue(Now(home).AddHours(4)));
        Assert.True(upload.IsDue(Now(home).AddHours(5)));
    }

    [Fact]
    public void One_of_two_due_uploads_claims_the_occasion_which_counts_as_nothing_yet()
    {
        using var home = new UserHome();
        var silence = new Silence(6, Now(home).AddDays(-2), Now(home).AddDays(-1));
        DueFile.Write(home.State.Due, Now(home), failures: 7, silence);
        Assert.True(new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home)).TryClaim(Now(home)));
        Assert.False(new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home)).TryClaim(Now(home)));
        var due = DueFile.Read(home.State.Due, Now(home))!.Value;
        Assert.Equal((7, 6), (due.Failures, due.Silence.Occasions));
        Assert.InRange(due.Time - Now(home), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task It_sends_on_a_thread_of_its_own_and_then_knows_when_the_next_is_due()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        upload.Start();
        await home.End();
        Assert.Single(collector.Requests);
        Assert.True(upload.TakeEnded());
        Assert.False(upload.TakeEnded());
        Assert.False(upload.IsDue(Now(home).AddHours(23)));
        Assert.True(upload.IsDue(Now(home).AddHours(24)));
    }

    [Fact]
    public void Processes_that_end_before_they_reach_the_network_say_nothing_about_the_endpoint()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        for (var days = 0; days < 6; days++)
        {
            Assert.True(home.Start().IsOn);
            for (var run = 0; run < 2; run++)
            {
                DueFile.Write(home.State.Due, Now(home), Due(home).Failures, Due(home).Silence);
                Assert.True(
                    new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home)).TryClaim(Now(home)));
                home.Clock.Advance(TimeSpan.FromMinutes(10));
            }

            home.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal((0, 0), (Due(home).Failures, Due(home).Silence.Occasions));
    }

    [Fact]
    public async Task Processes_that_end_after_they_began_to_connect_find_the_endpoint_unreachable_after_days()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var silent = new Listener(_ => null, _ => null);
        home.Collector = silent.Address;
        var first = Now(home).AddDays(-4);
        DueFile.Write(home.State.Due, Now(home), failures: 4, new Silence(4, first, Now(home).AddDays(-1)));
        Assert.True(home.Start().IsOn);
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        Assert.Equal(4, Due(home).Silence.Occasions);
        upload.Start();
        await silent.Asked.Task; // the process would end here

        Assert.Equal((5, 5), (Due(home).Failures, Due(home).Silence.Occasions));
        Assert.False(home.Start().IsOn);

        // From then on, one claim a day is sufficient; the file stores whole seconds.
        Assert.InRange(Due(home).Time - Now(home), DueFile.Interval - TimeSpan.FromSeconds(1), DueFile.Interval);
        silent.Dispose();
        await home.End();
    }

    [Fact]
    public async Task The_first_answer_of_a_collector_undoes_the_count_of_the_claim()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => null);
        home.Collector = collector.Address;
        DueFile.Write(
            home.State.Due, Now(home), failures: 2, new Silence(2, Now(home).AddDays(-2), Now(home).AddDays(-1)));
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        Assert.Equal((2, 2), (Due(home).Failures, Due(home).Silence.Occasions));
        upload.Start();

        // The server has sent settings, and now does not answer the batch.
        await collector.First.Task;
        Assert.Equal((2, 0), (Due(home).Failures, Due(home).Silence.Occasions));
        collector.Dispose();
        await home.End();
        Assert.Equal((3, 0), (Due(home).Failures, Due(home).Silence.Occasions));
    }

    [Fact]
    public async Task A_silent_occasion_that_ends_counts_once()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Collector = "http://127.0.0.1:1/v1/batches";
        File.Delete(home.State.Due);
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        Assert.Equal((0, 0), (Due(home).Failures, Due(home).Silence.Occasions));
        upload.Start();
        await home.End();
        Assert.Equal((1, 1), (Due(home).Failures, Due(home).Silence.Occasions));
    }

    [Fact]
    public async Task While_one_is_at_work_no_other_begins_however_late_it_is()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var collector = new Listener(_ => null);
        home.Collector = collector.Address;
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        var upload = new BackgroundUpload(home.Tool, home.State, home.SdkEnvironment, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        upload.Start();
        await collector.First.Task;
        Assert.False(upload.IsDue(Now(home).AddDays(3)));
        Assert.False(upload.TryClaim(Now(home).AddDays(3)));
        collector.Dispose();
        await home.End();
        Assert.True(upload.IsDue(Now(home).AddDays(3)));
    }

    [Fact]
    public async Task Between_exchanges_the_uploader_works_on_its_own_thread()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var threads = new ConcurrentBag<string?>();
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var watched = Watch(home, threads);
        DueFile.Write(home.State.Due, Now(home), failures: 0);
        var upload = new BackgroundUpload(home.Tool, home.State, watched, Now(home));
        Assert.True(upload.TryClaim(Now(home)));
        threads.Clear();
        upload.Start();
        await home.End();
        Assert.Single(collector.Requests);
        Assert.True(threads.Count > 3, "the uploader asked for variables at each step");
        Assert.All(threads, name => Assert.Equal("telemetry upload", name));
    }

    // An SdkEnvironment that notes which thread reads a variable, as the uploader does before each request.
    static SdkEnvironment Watch(UserHome home, ConcurrentBag<string?> threads) => new()
    {
        Variables = name =>
        {
            threads.Add(Thread.CurrentThread.Name);
            return home.SdkEnvironment.Variable(name);
        },
        ProgramFolder = home.Program,
        PolicyFile = home.PolicyFile,
        Time = home.Clock,
        UploadEnded = home.SdkEnvironment.UploadEnded,
        Network = home.SdkEnvironment.Network,
    };

    static DueFile Due(UserHome home) => DueFile.Read(home.State.Due, Now(home))!.Value;

    static DateTime Now(UserHome home) => home.Clock.GetUtcNow().UtcDateTime;
}
