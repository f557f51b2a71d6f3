// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Every batch that a test has sent, with its outcome, and whether the store has each acknowledged batch once and every
/// other whole or not at all. Thread-safe.
/// </summary>
sealed partial class SentBatches(int events)
{
    // By the number of the first event; each event has its own installation.
    readonly ConcurrentDictionary<long, SentBatch> _batches = [];
    long _next;

    public int EventsOfABatch => events;

    public int Acknowledged => _batches.Values.Count(batch => batch.IsAcknowledged);

    /// <summary>Sends a new batch. Null: the connection broke.</summary>
    public async Task<HttpStatusCode?> TrySendAsync(HttpClient http)
    {
        var first = Interlocked.Add(ref _next, events) - events;
        var lines = Enumerable.Range(0, events).Select(i => Some.Line(fields: $"\"installation\":\"{first + i:x64}\""))
            .ToList();
        // Uncompressed: compressing costs the test more processor time than the collector.
        var batch = _batches[first] = new SentBatch(Some.Batch(lines));
        var (status, answer) = await PostAsync(http, batch.Body);
        if (status != HttpStatusCode.OK)
            return status;
        Assert.Equal(events, answer!.Stored);
        batch.IsAcknowledged = true;
        return status;
    }

    /// <summary>Repeats every acknowledged batch; each is acknowledged as a duplicate.</summary>
    public async Task SendAgainAsync(HttpClient http)
    {
        foreach (var batch in _batches.Values.Where(batch => batch.IsAcknowledged))
        {
            var (status, answer) = await PostAsync(http, batch.Body);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal((events, 0, events),
                (answer!.Received, answer.Stored, answer.Dropped.GetValueOrDefault("duplicate")));
        }
    }

    /// <summary>Reads the files of a stopped collector.</summary>
    public string Check(string data)
    {
        var stored = new HashSet<long>();
        foreach (var (row, count) in StoredRows.Read(data))
        {
            Assert.True(count == 1, $"{count} times: {row}");
            var id = InstallationPattern().Match(row).Groups["id"].Value;
            Assert.True(stored.Add(long.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
                $"twice: {row}");
        }

        var (kept, more) = (0, 0);
        foreach (var (first, batch) in _batches)
        {
            var there = Enumerable.Range(0, events).Count(i => stored.Contains(first + i));
            Assert.True(there == events
                || (there == 0 && !batch.IsAcknowledged),
                $"batch {first}: {there} events, acknowledged {batch.IsAcknowledged}");
            if (batch.IsAcknowledged)
                kept += there;
            else
                more += there;
        }

        Assert.Equal(stored.Count, kept + more);
        return $"{kept} acknowledged events stored, each once, and {more} that were not acknowledged";
    }

    static async Task<(HttpStatusCode? Status, Answer? Answer)> PostAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = content };
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode
                || response.Headers.RetryAfter?.Date is not null, $"{response.StatusCode}");
            return (response.StatusCode, await Answer.ReadAsync(response));
        }
        catch (HttpRequestException)
        {
            return (null, null); // it has ended
        }
    }

    [GeneratedRegex(@"\|installation=(?<id>[0-9a-f]{64})\|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstallationPattern();

    sealed class SentBatch(byte[] body)
    {
        public byte[] Body => body;

        public volatile bool IsAcknowledged;
    }
}
