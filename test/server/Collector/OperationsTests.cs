// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>
/// Counters are for the operator: beside published files they would give back a day that was left out, and tell when
/// each upload came.
/// </summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task On_the_public_address_the_counters_need_a_token_of_a_maintainer_or_operator()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.SendAsync(Some.Line());
        var (tokens, now) = (new TokenFile(DataFolder.Open(collector.Data)), TimeProvider.System.GetUtcNow());

        using var bare = new HttpRequestMessage(HttpMethod.Get, new Uri("metrics", UriKind.Relative));
        var refused = await collector.SendAsync(bare);
        Assert.Equal((401, "unauthorized"), (refused.Status, refused.Problem));
        Assert.DoesNotContain("tallymark_events", refused.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await collector.GetAsync("metrics", "wrong")).Status);
        Assert.Equal(403, (await collector.GetAsync("metrics", tokens.Add(now, "ada", Role.Reader))).Status);
        foreach (var role in new[] { Role.Maintainer, Role.Operator })
        {
            var answer = await collector.GetAsync("metrics", tokens.Add(now, role.ToString(), role));
            Assert.Equal(200, answer.Status);
            Assert.Contains("tallymark_events_stored_total{tool=\"probe\"} 1\n", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_operations_address_is_another_one_on_loopback_and_serves_counters_and_health_only()
    {
        await using var collector = await InProcessCollector.StartAsync();
        Assert.NotEqual(collector.Address.Authority, collector.Operations.Authority);
        Assert.True(collector.Operations.IsLoopback);
        Assert.Equal(200, await StatusAsync(collector, "metrics"));
        Assert.Equal(200, await StatusAsync(collector, "healthz"));
        foreach (var path in new[] { "", "maintainer", "v1/settings?tool=probe", "v1/tools", "v1/batches", "openapi.json" })
            Assert.Equal((path, 404), (path, await StatusAsync(collector, path)));
    }

    static async Task<int> StatusAsync(InProcessCollector collector, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(collector.Operations, path));
        return (await collector.SendAsync(request)).Status;
    }
}
