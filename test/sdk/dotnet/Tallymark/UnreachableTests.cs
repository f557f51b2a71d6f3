// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// An endpoint that does not answer for days (spec/spool.md): recording stops, the endpoint is tried once a day, an
/// answer ends it.
/// </summary>
public sealed class UnreachableTests
{
    const string ClosedPort = "http://127.0.0.1:1/v1/batches";

    [Theory]
    [InlineData(4, 100, false)]
    [InlineData(5, 71.9, false)]
    [InlineData(5, 72, true)]
    [InlineData(900, 1000, true)]
    public void Only_several_failures_over_some_days_are_long(int occasions, double hours, bool expected)
    {
        var since = new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc);
        Assert.Equal(expected, new Silence(occasions, since, since.AddHours(hours)).IsLong);
    }

    [Theory]
    [InlineData("2026-11-20T10:51:21Z\n", 0, 0)]
    [InlineData("2026-11-20T10:51:21Z 7\n..", 7, 0)]
    [InlineData("2026-11-20T10:51:21Z 7 6 2026-11-16T09:00:00Z 2026-11-19T09:12:40Z\n...", 7, 6)]
    public void The_file_is_read_and_written_as_the_format_says(string text, int failures, int occasions)
    {
        using var home = new UserHome();
        StateFolder.Make(home.State.Path);
        File.WriteAllText(home.State.Due, text);
        var due = DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value;
        Assert.Equal((failures, occasions), (due.Failures, due.Silence.Occasions));
        if (occasions > 0)
            Assert.Equal(new Silence(6, new(2026, 11, 16, 9, 0, 0), new(2026, 11, 19, 9, 12, 40)), due.Silence);
        DueFile.Write(home.State.Due, due.Time, due.Failures, due.Silence);
        Assert.Equal(text.TrimEnd('.'), File.ReadAllText(home.State.Due));
    }

    [Theory]
    [InlineData("2026-11-20T10:51:21Z \n")]
    [InlineData("2026-11-20T10:51:21Zx7\n")]
    [InlineData("2026-11-20T10:51:21Z 1000\n")]
    [InlineData("2026-11-20T10:51:21Z 7 6\n")]
    [InlineData("2026-11-20T10:51:21Z 7 6 2026-11-16T09:00:00Z\n")]
    [InlineData("2026-11-20T10:51:21Z 7 6 2026-11-16T09:00:00Z 2026-11-19T09:12:40Z 1\n")]
    [InlineData("2026-11-20T10:51:21Z 7 6 2026-11-16T09:00:00Z 2026-11-39T09:12:40Z\n")]
    public void A_file_of_another_form_is_none(string text)
    {
        using var home = new UserHome();
        StateFolder.Make(home.State.Path);
        File.WriteAllText(home.State.Due, text);
        Assert.Null(DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime));
    }

    [Fact]
    public async Task After_days_of_silence_it_looks_once_a_day_and_an_answer_ends_it()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var occasions = await FailUntilLong(home);
        Assert.InRange(occasions, 5, 20);
        for (var day = 0; day < 3; day++)
        {
            MoveToDue(home);
            await home.Upload(ClosedPort);
            var pause = Due(home).Time - home.Clock.GetUtcNow().UtcDateTime;
            Assert.InRange(pause, TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(30));
        }

        // With an empty queue, the request for settings is the probe, however new the stored ones are.
        Directory.Delete(home.State.Spool, recursive: true);
        home.WithSettings();
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(default, await home.Upload(collector.Address));
        Assert.Single(collector.AskedForSettings);
        Assert.Equal(0, Due(home).Failures);
        Assert.Equal(default, Due(home).Silence);
    }

    [Fact]
    public async Task A_collector_that_answers_is_not_silent_whatever_it_says()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        await FailUntilLong(home);
        using var collector = new Listener(_ => Listener.Problem(503, "unknown-manifest"));
        await home.Upload(collector.Address);
        Assert.Equal(default, Due(home).Silence);
        Assert.True(Due(home).Failures > 5);
        for (var i = 0; i < 20; i++)
        {
            MoveToDue(home);
            await home.Upload(collector.Address);
            Assert.Equal(default, Due(home).Silence);
        }
    }

    [Fact]
    public async Task An_answer_from_another_server_counts_as_silence()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        using var portal = new Listener(_ => Listener.Foreign(200, "Welcome"), _ => Listener.Foreign(200, "Welcome"));
        await home.Upload(portal.Address);
        Assert.Equal(1, Due(home).Silence.Occasions);
        await home.Upload(ClosedPort);
        Assert.Equal(2, Due(home).Silence.Occasions);
    }

    [Fact]
    public async Task A_machine_that_was_off_for_days_has_not_failed_meanwhile()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        for (var i = 0; i < 5; i++)
            await home.Upload(ClosedPort);
        home.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(5, Due(home).Silence.Occasions);
        Assert.False(Due(home).Silence.IsLong);
    }

    [Fact]
    public async Task An_upload_that_contacts_no_server_does_not_change_the_silence()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        await home.Upload(ClosedPort);
        var silence = Due(home).Silence;
        home.Collector = null;
        home.Clock.Advance(TimeSpan.FromHours(2));
        await new Uploader(
            Some.Copy(home.Tool, "http://telemetry.example/v1/batches"), home.State, home.SdkEnvironment)
            .Run(wait: false);
        Assert.Equal((silence, 2), (Due(home).Silence, Due(home).Failures));
    }

    /// <summary>
    /// Lets each due upload fail until the endpoint counts as unreachable; returns the number of failures.
    /// </summary>
    internal static async Task<int> FailUntilLong(UserHome home)
    {
        for (var occasions = 1; ; occasions++)
        {
            await home.Upload(ClosedPort);
            if (Due(home).Silence.IsLong)
                return occasions;
            MoveToDue(home);
        }
    }

    static void MoveToDue(UserHome home) => home.Clock.AdjustTime(new DateTimeOffset(Due(home).Time, TimeSpan.Zero));

    static DueFile Due(UserHome home) => DueFile.Read(home.State.Due, home.Clock.GetUtcNow().UtcDateTime)!.Value;
}
