// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>Events from builds of the tool's own makers are stored separately and never counted.</summary>
public sealed class DevelopmentTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_event_with_dev_in_its_environment_goes_whole_into_the_separate_table()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(
            Some.Line("every", "\"number\":1,\"environment\":[\"ci\"]"),
            Some.Line("every", "\"number\":2,\"environment\":[\"ci\",\"dev\",\"interactive\"],\"exit_code\":7"),
            Some.Line("every", "\"environment\":[\"dev\"],\"number\":3"),
            Some.Line("every", "\"number\":4"),
            Some.Line("plain"));

        Assert.Equal(5, answer.Stored);
        Assert.Equal(["1", "4"], store.Column("every", "number"));
        Assert.Equal(["2", "3"], store.Column("every", "number", development: true));
        Assert.Equal(["7", null], store.Column("every", "exit_code", development: true));
        Assert.Equal(["ci dev interactive", "dev"], store.Column("every", "environment", development: true));
        Assert.Single(store.Column("plain", "time"));
    }

    [Fact]
    public async Task A_bad_value_after_dev_drops_the_event_like_any_other()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(
            Some.Line("every", "\"environment\":[\"dev\"],\"number\":-1"),
                Some.Line("every", "\"environment\":[\"dev\"],\"number\":1"));

        Assert.Equal((1, 1), (answer.Stored, answer.Dropped["bad-value"]));
        Assert.Equal(["1"], store.Column("every", "number", development: true));
        Assert.Empty(store.Column("every", "number"));
    }

    [Fact]
    public async Task The_value_dev_in_another_field_does_not_mark_the_build()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("manifests/m.yaml",
            Some.Manifest.Replace("[red, green, blue]", "[red, dev, blue]", StringComparison.Ordinal));
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);

        var answer = await collector.SendAsync(Some.Line("every", "\"colour\":\"dev\",\"environment\":[\"ci\"]"));

        Assert.Equal(1, answer.Stored);
        Assert.Equal(["dev"], store.Column("every", "colour"));
    }

    [Fact]
    public async Task The_live_view_hides_development_events_and_the_counters_still_add_up()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(Noon);
        await using var collector = await InProcessCollector.StartAsync(null, _ => store, time: clock);
        var token = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);

        await collector.SendAsync(
            Some.Line("every", "\"environment\":[\"dev\"]", time: Some.Time(Noon), status: "failure"),
            Some.Line("every", time: Some.Time(Noon)));
        clock.SetUtcNow(Noon.AddSeconds(1));
        var live = (await collector.GetAsync("v1/live?tool=probe", token)).Json;

        Assert.Equal(
            """{"time":"2026-11-20T12:00:00Z","events":{"every":1},"failures":0}""",
            live.GetProperty("seconds").EnumerateArray().Last().GetRawText());
        Assert.Equal(
            """{"received":2,"stored":2,"dropped":{},"refused":0,"pending":0,"development":1}""",
            live.GetProperty("totals").GetRawText());
    }

    [Theory]
    [InlineData("2026-11-19T23:59:59Z", true)]
    [InlineData("2026-11-20T00:00:00Z", true)]
    [InlineData("2026-11-20T23:59:59Z", true)]
    [InlineData("2026-11-21T00:00:00Z", false)]
    public async Task After_the_last_day_of_a_field_its_value_is_not_stored(string time, bool stored)
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        var manifest = Some.Manifest
            .Replace("number: { type: count,", "number: { type: count, until: 2026-11-20,", StringComparison.Ordinal)
            .Replace("options: { type: enum-set,", "options: { type: enum-set, until: 2026-11-20,",
                StringComparison.Ordinal);
        Assert.NotEqual(Some.Manifest, manifest);
        folder.Write("manifests/m.yaml", manifest);
        await using var collector = await InProcessCollector.StartAsync(
            folder, _ => store, time: new FakeTimeProvider(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)));

        var answer = await collector.SendAsync(
            Some.Line("every", "\"options\":[\"--all\",\"zebra\"],\"number\":3,\"exit_code\":7", time: time),
            Some.Line("every", "\"options\":[\"--all\"],\"number\":4,\"exit_code\":8", time: "2026-11-20T10:00:00Z"));

        Assert.Equal(2, answer.Stored);
        Assert.Equal([stored ? "3" : null, "4"], store.Column("every", "number"));
        Assert.Equal([stored ? "--all zebra" : null, "--all"], store.Column("every", "options"));
        Assert.Equal(["7", "8"], store.Column("every", "exit_code"));
    }
}
