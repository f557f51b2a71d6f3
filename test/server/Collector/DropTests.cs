// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>Bad events: each is dropped for its own reason and counted, and its neighbours stay.</summary>
public sealed class DropTests
{
    public static TheoryData<string, string> BadLines()
    {
        var now = TimeProvider.System.GetUtcNow();
        var good = Some.Line("every", "\"number\":1");
        return new TheoryData<string, string>
        {
            { Some.Line("nothing"), "unknown-event" },
            { Some.Line("Plain"), "unknown-event" },
            { Some.Line(""), "unknown-event" },
            { Some.Line(fields: "\"nothing\":1"), "unknown-field" },
            { Some.Line(fields: "\"colour\":\"red\""), "unknown-field" }, // a field of another event
            { Some.Line(fields: "\"path\":\"/home/ada\""), "unknown-field" },
            { Some.Line(withheld: "\"withheld\":[\"nothing\"],"), "unknown-field" },
            { Some.Line("every", "\"colour\":\"purple\""), "bad-value" },
            { Some.Line(fields: "\"country\":\"UG\""), "bad-value" },
            { Some.Line("every", "\"number\":null"), "bad-value" },
            { Some.Line("every", "\"number\":{\"a\":1}"), "bad-value" },
            { Some.Line(time: Some.Time(now.AddDays(2).AddMinutes(5))), "bad-time" },
            { Some.Line(time: "2200-01-01T00:00:00Z"), "bad-time" },
            { Some.Line(time: "9999-99-99T99:99:99Z"), "bad-time" },
            { Some.Line(time: "2026-02-30T00:00:00Z"), "bad-time" },
            { Some.Line(time: Some.Now.Replace("Z", "+00:00", StringComparison.Ordinal)), "bad-time" },
            // finer than the manifest's time
            { Some.Line(time: Some.Now.Replace("Z", ".1Z", StringComparison.Ordinal)), "bad-time" },
            { Some.Line(time: ""), "bad-time" },
            { Some.Line(time: Some.Time(now.AddDays(-60).AddMinutes(-5))), "too-old" },
            { Some.Line(time: "1970-01-01T00:00:00Z"), "too-old" },
            { "", "malformed" },
            { "no json", "malformed" },
            { "[]", "malformed" },
            { "{}", "malformed" },
            { good[..^1], "malformed" },
            { good + "}", "malformed" },
            { good + good, "malformed" },
            { good + " 1", "malformed" },
            { Some.Line(tool: "other"), "malformed" },
            { Some.Line(tool: "../x"), "malformed" },
            { Some.Line(manifest: 0), "malformed" },
            { Some.Line(manifest: -1), "malformed" },
            { good.Replace("\"manifest\":1", "\"manifest\":1.5", StringComparison.Ordinal), "malformed" },
            { good.Replace("\"tallymark\":1", "\"tallymark\":2", StringComparison.Ordinal), "malformed" },
            { good.Replace("5f0c6b9c7e8d4a33", "none", StringComparison.Ordinal), "malformed" },
            { Some.Line(status: "maybe"), "malformed" },
            { good.Replace("\"status\":\"success\",", "", StringComparison.Ordinal), "malformed" },
            { good.Replace("\"status\"", "\"extra\":1,\"status\"", StringComparison.Ordinal), "malformed" },
            { good.Replace("\"fields\":{\"number\":1}", "\"fields\":[]", StringComparison.Ordinal), "malformed" },
            { good.Replace(",\"fields\":{\"number\":1}", "", StringComparison.Ordinal), "malformed" },
            { Some.Line("every", "\"number\":NaN"), "malformed" },
            { Some.Line("every", "\"number\":Infinity"), "malformed" },
            { Some.Line("every", "\"number\":1,\"number\":2"), "malformed" }, // a key twice
            { good.Replace("\"event\":", "\"event\":\"plain\",\"event\":", StringComparison.Ordinal), "malformed" },
            { Some.Line("every", "\"number\":1", withheld: "\"withheld\":[\"number\"],"), "malformed" },
            { Some.Line(withheld: "\"withheld\":[\"country\",\"country\"],"), "malformed" },
            { Some.Line(withheld: "\"withheld\":{},"), "malformed" },
            { Some.Line("every", "\"options\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"), "malformed" },
            { new string('[', 16_000), "malformed" }, // too deep
            { Some.Line("every", "\"colour\":\"r\\u0065d\""), "malformed" }, // an escape
            { Some.Line("every", "\"colour\":\"réd\""), "malformed" },
            { Some.Line("every", "\"colour\":\"\t\""), "malformed" },
            { Some.Line() + "\r", "malformed" },
            { Some.Line() + new string(' ', 16_384), "malformed" }, // too long
        };
    }

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task A_bad_event_is_dropped_for_its_reason_and_its_neighbours_stay(string line, string reason)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(
            Some.LineOf(1), line, Some.LineOf(2), line, Some.Line("every", "\"number\":7"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(5, answer.Received);
        Assert.Equal(3, answer.Stored);
        Assert.Equal(KeyValuePair.Create(reason, 2L), Assert.Single(answer.Dropped));
        Assert.Equal([$"{1:x64}", $"{2:x64}"], store.Column("plain", "installation"));
        Assert.Equal(["7"], store.Column("every", "number"));
        Assert.Equal([null], store.Column("every", "colour"));
        var counters = await collector.CountersAsync();
        Assert.Equal((5, 3, 0, 0), (counters.Received, counters.Stored, counters.Refused, counters.Pending));
        Assert.Equal(2, counters.Dropped[reason]);
        Assert.True(counters.AddUp);
    }

    [Fact]
    public async Task An_undeclared_event_is_reported_in_the_log_once_for_each_reason()
    {
        await using var collector = await InProcessCollector.StartAsync();
        for (var i = 0; i < 3; i++)
            await collector.SendAsync(Some.Line("nothing"), Some.Line("every", "\"colour\":\"purple\""));
        await collector.SendAsync("no json");
        string[] reports = [.. collector.Log.Split('\n')
            .Where(line => line.Contains("sends what the manifest", StringComparison.Ordinal))];
        Assert.Equal(2, reports.Length);
        Assert.Contains("(unknown-event)", reports[0]);
        Assert.Contains("(bad-value)", reports[1]);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_malformed()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var body = Some.Batch(Some.LineOf(1), Some.Line("every", "\"colour\":\"r?d\""), Some.LineOf(2));
        body[Array.IndexOf(body, (byte)'?')] = 0xC3;

        var answer = await collector.SendAsync(body);

        Assert.Equal(2, answer.Stored);
        Assert.Equal(1, answer.Dropped["malformed"]);
    }

    [Fact]
    public async Task A_batch_with_only_bad_events_is_accepted_and_is_a_duplicate_the_next_time()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var batch = Some.Batch(Some.Line("nothing"));

        Assert.Equal(1, (await collector.SendAsync(batch)).Dropped["unknown-event"]);
        Assert.Equal(1, (await collector.SendAsync(batch)).Dropped["duplicate"]);
    }

    [Fact]
    public async Task Every_reason_has_its_own_counter()
    {
        using var store = new FakeStore();
        store.Delete(Some.Tool, [], [$"{9:x64}"]);
        await using var collector = await InProcessCollector.StartAsync(store);
        var batch = Some.Batch(
            Some.Line("nothing"), Some.Line(fields: "\"x\":1"), Some.Line("every", "\"number\":-1"),
            Some.Line(time: "x"), Some.Line(time: "2000-01-01T00:00:00Z"), "x", Some.Line(), Some.LineOf(9));

        await collector.SendAsync(batch);
        await collector.SendAsync(batch);

        var counters = await collector.CountersAsync();
        Assert.Equal(
            "bad-time:1 bad-value:1 deleted:1 duplicate:8 malformed:1 too-old:1 unknown-event:1 unknown-field:1",
            string.Join(' ', counters.Dropped.Select(d => $"{d.Key}:{d.Value}").Order(StringComparer.Ordinal)));
        Assert.True(counters.AddUp);
    }
}
