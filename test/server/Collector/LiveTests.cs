// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>The live view requires a token and shows the last minute, second by second.</summary>
public sealed class LiveTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("v1/tools")]
    [InlineData("v1/live?tool=probe")]
    public async Task The_live_view_requires_a_token_of_this_collector(string path)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var elsewhere = new TempFolder();
        var foreign = new TokenFile(DataFolder.Open(elsewhere["data"])).Add(Noon);
        var own = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);

        string?[] wrong = [null, "", "x", foreign, own[..^1], own + "x", own.ToLowerInvariant(), new('x', 3_000)];
        foreach (var token in wrong)
        {
            var answer = await collector.GetAsync(path, token);
            Assert.Equal(
                (401, "unauthorized", "Bearer"), (answer.Status, answer.Problem, answer.Headers["WWW-Authenticate"]));
        }

        Assert.Equal(200, (await collector.GetAsync(path, own)).Status); // the token was made while the collector runs
        var inAddress = path + (path.Contains('?', StringComparison.Ordinal) ? "&token=" : "?token=") + own;
        using var request = new HttpRequestMessage(HttpMethod.Get, inAddress);
        Assert.Equal(401, (await collector.SendAsync(request)).Status); // a token in the address is not accepted
        Assert.DoesNotContain(own, collector.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_hash_of_a_token_is_stored()
    {
        using var folder = new TempFolder();
        var file = new TokenFile(DataFolder.Open(folder["data"]));

        var first = file.Add(Noon);
        var second = file.Add(Noon);

        Assert.NotEqual(first, second);
        Assert.Equal(("token-1", Role.Maintainer), (file.Find(first)!.Name, file.Find(first)!.Role));
        Assert.Equal("token-2", file.Find(second)!.Name);
        foreach (var path in Directory.EnumerateFiles(folder["data"]))
        {
            Assert.DoesNotContain(first, File.ReadAllText(path), StringComparison.Ordinal);
            Assert.DoesNotContain(first["tallymark_".Length..], File.ReadAllText(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_a_damaged_token_file_every_token_is_invalid()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var token = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);
        File.WriteAllText(Path.Combine(collector.Data, "tokens.json"), "{\"tokens\":[{");

        Assert.Equal(401, (await collector.GetAsync("v1/tools", token)).Status);
    }

    [Fact]
    public async Task The_tools_are_listed_with_their_titles()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var token = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);

        Assert.Equal(
            """{"tools":[{"tool":"probe","title":"Probe"}]}""", (await collector.GetAsync("v1/tools", token)).Text);
        Assert.Equal(404, (await collector.GetAsync("v1/live", token)).Status);
        Assert.Equal(404, (await collector.GetAsync("v1/live?tool=../probe", token)).Status);
    }

    [Fact]
    public async Task The_last_sixty_whole_seconds_show_what_was_stored_in_them()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(Noon);
        await using var collector = await InProcessCollector.StartAsync(null, _ => store, time: clock);
        var token = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);
        string Line(string name, string status = "success") => Some.Line(name, time: Some.Time(Noon), status: status);

        await collector.SendAsync(Line("plain"), Line("plain", "failure"), Line("every"), Line("nothing"));
        clock.SetUtcNow(Noon.AddSeconds(2));
        await collector.SendAsync(Line("plain"));
        clock.SetUtcNow(Noon.AddSeconds(5));
        await collector.SendAsync(Line("plain")); // in the current second, which is not over
        var live = (await collector.GetAsync("v1/live?tool=probe", token)).Json;

        Assert.Equal("2026-11-20T12:00:05Z", live.GetProperty("now").GetString());
        var seconds = live.GetProperty("seconds").EnumerateArray().ToList();
        Assert.Equal(60, seconds.Count);
        Assert.Equal("2026-11-20T11:59:05Z", seconds[0].GetProperty("time").GetString());
        Assert.Equal("2026-11-20T12:00:04Z", seconds[59].GetProperty("time").GetString());
        Assert.Equal(
            """{"time":"2026-11-20T12:00:00Z","events":{"every":1,"plain":2},"failures":1}""",
            seconds[55].GetRawText());
        Assert.Equal("""{"time":"2026-11-20T12:00:01Z","events":{},"failures":0}""", seconds[56].GetRawText());
        Assert.Equal("""{"time":"2026-11-20T12:00:02Z","events":{"plain":1},"failures":0}""", seconds[57].GetRawText());
        Assert.Equal(
            """{"received":6,"stored":5,"dropped":{"unknown-event":1},"refused":0,"pending":0,"development":0}""",
            live.GetProperty("totals").GetRawText());

        clock.SetUtcNow(Noon.AddSeconds(60));
        live = (await collector.GetAsync("v1/live?tool=probe", token)).Json;
        seconds = [.. live.GetProperty("seconds").EnumerateArray()];
        Assert.Equal("""{"every":1,"plain":2}""", seconds[0].GetProperty("events").GetRawText());
        clock.SetUtcNow(Noon.AddSeconds(61 * 3));
        live = (await collector.GetAsync("v1/live?tool=probe", token)).Json;
        seconds = [.. live.GetProperty("seconds").EnumerateArray()];
        Assert.All(seconds, second => Assert.Equal("{}", second.GetProperty("events").GetRawText()));
    }
}
