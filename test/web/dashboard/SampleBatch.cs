// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tallymark.Browser.Tests;

/// <summary>One batch (spec/wire.md) of events of kmpkg with the current time.</summary>
static class SampleBatch
{
    /// <summary>Sends the batch; fails the test if the collector does not accept it.</summary>
    public static async Task Send(RunningCollector collector, params (string Event, string Status)[] events)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var fields = new { installation = new string('a', 64), os = "linux" };
        IEnumerable<string> lines =
        [
            JsonSerializer.Serialize(
                new { tallymark = 1, batch = Guid.NewGuid(), tool = "kmpkg", events = events.Length }),
            .. events.Select(sent => JsonSerializer.Serialize(new
            {
                tallymark = 1,
                tool = "kmpkg",
                manifest = 2,
                agreed = "5f0c6b9c7e8d4a33",
                @event = sent.Event,
                time = now,
                status = sent.Status,
                fields,
            })),
        ];
        using var client = new HttpClient();
        using var content = new StringContent(string.Concat(lines.Select(line => line + '\n')));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var cancel = TestContext.Current.CancellationToken;
        using var reply = await client.PostAsync(new Uri(collector.Endpoint), content, cancel);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(cancel));
    }
}
