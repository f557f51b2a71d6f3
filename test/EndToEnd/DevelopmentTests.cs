// SPDX-License-Identifier: MIT
// Events of the tool's own developers are kept separate, from the process to the published files.

namespace Tallymark.EndToEnd.Tests;

public sealed class DevelopmentTests
{
    [Fact]
    public async Task Events_of_development_builds_are_stored_but_not_counted_or_published()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        home.Environment["TALLYMARK_DEV"] = "1";
        await home.Kmpkg("search", "zlib");
        await home.Kmpkg("list");
        var lines = home.Lines("spool");
        Assert.Equal(2, lines.Count(l => l.Contains("\"dev\"", StringComparison.Ordinal)));
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);

        await collector.PublishNow();
        var metrics = (await collector.Get("/metrics")).Text;
        Assert.Contains("tallymark_events_stored_total{tool=\"kmpkg\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Equal(0, await collector.Stop());

        Assert.Equal("list", Assert.Single(await collector.Events())["event"].GetString());
        var development = (await collector.Events(schema: "dev")).Select(row => row["event"].GetString())
            .Order(StringComparer.Ordinal);
        Assert.Equal(["list", "search"], development);
    }
}
