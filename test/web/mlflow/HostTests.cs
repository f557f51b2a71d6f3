// SPDX-License-Identifier: MIT
// A page of another site that gives its own name the server's address (DNS rebinding).

using System.Net;

namespace Tallymark.Browser.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task The_tracker_answers_only_the_hosts_that_it_knows()
    {
        using var home = new MlflowHome();
        await using var tracker = await RunningTracker.Start(home, "--hosts", "tracker.example;mlflow.example");
        var port = new Uri(tracker.Address).Port;
        using var client = new HttpClient { BaseAddress = new Uri(tracker.Address) };
        foreach (var host in new[] { "127.0.0.1", "localhost", "[::1]", "tracker.example", "mlflow.example" })
            Assert.Equal(HttpStatusCode.OK, await Get(client, $"{host}:{port}"));
        foreach (var host in new[] { "evil.example", "127.0.0.1.evil.example", "tracker.example.evil.example" })
            Assert.Equal(HttpStatusCode.BadRequest, await Get(client, $"{host}:{port}"));
    }

    static async Task<HttpStatusCode> Get(HttpClient client, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tallymark/settings");
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
