// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Batches that are refused as a whole, each with its own problem, and what a client learns from it.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("no json\n")]
    [InlineData("{}\n")]
    [InlineData("""{"tallymark":2,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"probe","events":1}""" + "\n")]
    [InlineData("""{"tallymark":1,"batch":"0F8FAD5B-d9cb-469f-a165-70867728950e","tool":"probe","events":1}""" + "\n")]
    [InlineData("""{"tallymark":1,"batch":"none","tool":"probe","events":1}""" + "\n")]
    [InlineData("""{"tallymark":1,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"probe","events":0}""" + "\n")]
    [InlineData("""{"tallymark":1,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"probe"}""" + "\n")]
    [InlineData("""{"tallymark":1,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"probe","events":1,"more":1}"""
        + "\n")]
    [InlineData("""{"tallymark":1,"tallymark":1,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"x","events":1}"""
        + "\n")]
    [InlineData("""{"tallymark":1,"batch":"0f8fad5b-d9cb-469f-a165-70867728950e","tool":"probe","events":1}""")]
    public async Task An_invalid_head_is_malformed(string body)
    {
        await RefusedAsync(Encoding.UTF8.GetBytes(body), 400, "malformed");
    }

    [Fact]
    public async Task A_head_with_a_wrong_count_is_malformed_and_its_events_are_counted_as_dropped()
    {
        var counters = await RefusedAsync(
            Encoding.UTF8.GetBytes($"{Some.Head(3)}\n{Some.Line()}\n{Some.Line()}\n"), 400, "malformed");
        Assert.Equal(2, counters.Dropped["malformed"]);
    }

    [Fact]
    public async Task A_body_whose_last_line_is_torn_is_malformed() =>
        await RefusedAsync(Encoding.UTF8.GetBytes($"{Some.Head(2)}\n{Some.Line()}\n{Some.Line()}"), 400, "malformed");

    [Theory]
    [InlineData("../x")]
    [InlineData("probe/../probe")]
    [InlineData("Probe")]
    [InlineData("other")]
    [InlineData("")]
    public async Task A_tool_without_a_manifest_is_unknown(string tool) =>
        await RefusedAsync(Some.Batch([Some.Line()], tool: tool), 404, "unknown-tool");

    [Fact]
    public async Task More_events_than_a_batch_may_have_are_too_large_and_counted_as_refused()
    {
        var counters = await RefusedAsync(Some.Batch([.. Enumerable.Repeat(Some.Line(), 501)]), 413, "too-large");
        Assert.Equal(501, counters.Refused);
    }

    [Fact]
    public async Task Decompression_stops_at_the_limit()
    {
        var bomb = new byte[300_000_000];
        // Otherwise it would be refused one step earlier.
        Assert.InRange(Some.Packed(bomb).Length, 1, new Limits().MaxBodyBytes);
        await RefusedAsync(bomb, 413, "too-large");
    }

    [Fact]
    public async Task A_body_over_the_limit_as_sent_is_too_large() =>
        await RefusedAsync(new byte[600_000], 413, "too-large", pack: false);

    [Fact]
    public async Task A_body_of_unknown_length_over_the_limit_is_too_large()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var request = Post(new StreamContent(new System.IO.MemoryStream(new byte[600_000])));
        request.Headers.TransferEncodingChunked = true;
        var answer = await collector.SendAsync(request);
        Assert.Equal((413, "too-large"), (answer.Status, answer.Problem));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(-9)]
    public async Task Gzip_that_is_cut_off_is_malformed(int cut)
    {
        var packed = Some.Packed(Some.Batch([.. Enumerable.Repeat(Some.Line(), 100)]));
        await RefusedRawAsync(cut > 0 ? packed[..cut] : packed[..^-cut], 400, "malformed");
    }

    [Fact]
    public async Task A_body_declared_as_gzip_that_is_not_gzip_is_malformed() =>
        await RefusedRawAsync(Some.Batch(Some.Line()), 400, "malformed");

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData("application/json", null, 415)]
    [InlineData(null, null, 415)]
    [InlineData("application/x-ndjson", "br", 415)]
    [InlineData("application/x-ndjson", "deflate", 415)]
    [InlineData("application/x-ndjson; charset=utf-8", null, 200)]
    [InlineData("APPLICATION/X-NDJSON", null, 200)]
    public async Task Only_the_content_type_and_encodings_of_a_batch_are_accepted(string? type, string? encoding,
        int status)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var content = new ByteArrayContent(Some.Batch(Some.Line()));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = content };

        var answer = await collector.SendAsync(request);

        Assert.Equal(status, answer.Status);
        if (status == 415)
            Assert.Equal("content-type", answer.Problem);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Another_method_is_refused_with_the_right_one_in_Allow(string method)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var request = new HttpRequestMessage(new HttpMethod(method), "v1/batches");

        var answer = await collector.SendAsync(request);

        Assert.Equal((405, "method", "POST"), (answer.Status, answer.Problem, answer.Headers["Allow"]));
    }

    [Fact]
    public async Task An_unknown_manifest_version_refuses_the_whole_batch_for_later()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(Some.Line(), Some.Line(manifest: 2), Some.Line());

        Assert.Equal((503, "unknown-manifest"), (answer.Status, answer.Problem));
        Assert.True(RetryAfter(answer) > TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(30));
        var counters = await collector.CountersAsync();
        Assert.Equal((3, 3, 0), (counters.Received, counters.Refused, counters.Stored));
        Assert.Equal(0, store.Total());
    }

    [Fact]
    public async Task A_broken_line_can_not_delay_its_batch_by_its_manifest_version()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(Some.Line(), Some.Line(manifest: 2)[..^3]);

        Assert.Equal(1, answer.Stored);
        Assert.Equal(1, answer.Dropped["malformed"]);
    }

    [Fact]
    public async Task When_a_commit_fails_its_batches_are_refused_and_can_be_sent_again()
    {
        using var store = new FakeStore { Journal = new FakeJournal { Fails = write => write == 1 } };
        await using var collector = await InProcessCollector.StartAsync(store);
        var batch = Some.Batch(Some.Line());

        var answer = await collector.SendAsync(batch);
        Assert.Equal((503, "busy"), (answer.Status, answer.Problem));
        Assert.True(RetryAfter(answer) > TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30));
        Assert.Equal(503, (await collector.GetAsync("healthz")).Status);
        Assert.Contains("The test's disk is full.", collector.Log, StringComparison.Ordinal);

        Assert.Equal(1, (await collector.SendAsync(batch)).Stored);
        Assert.Equal(200, (await collector.GetAsync("healthz")).Status);
        var counters = await collector.CountersAsync();
        Assert.Equal((2, 1, 1), (counters.Received, counters.Refused, counters.Stored));
    }

    [Fact]
    public async Task Beyond_the_memory_limit_batches_are_refused_as_busy_while_others_continue()
    {
        using var store = new FakeStore { Journal = new FakeJournal { MayWrite = new SemaphoreSlim(0) } };
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Limits = o.Limits with { MaxInFlightBytes = 40 * 1024 } });
        var first = collector.SendAsync(Some.Line());
        await store.Journal.Begun.WaitAsync(TestContext.Current.CancellationToken);

        var second = await collector.SendAsync(Some.Line());

        Assert.Equal((503, "busy"), (second.Status, second.Problem));
        Assert.True(RetryAfter(second) > TimeProvider.System.GetUtcNow());
        store.Journal.MayWrite.Release(10);
        Assert.Equal(1, (await first).Stored);
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
        Assert.True((await collector.CountersAsync()).AddUp);
        Assert.Contains(
            "tallymark_memory_bytes 0\n", (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_refused_for_later()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Limits = o.Limits with { ReceiveTimeout = TimeSpan.FromMilliseconds(200) } });
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(
            System.Net.IPAddress.Loopback, collector.Address.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(Some.Headers(500) + "{"), TestContext.Current.CancellationToken);

        var reply = new byte[12];
        await connection.GetStream().ReadExactlyAsync(reply, TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 408", Encoding.ASCII.GetString(reply));
    }

    [Fact]
    public async Task An_unknown_address_is_answered_with_a_problem()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        foreach (var path in new[] { "", "nothing", "v1", "v1/batches/x", "x.html" })
        {
            var answer = await collector.GetAsync(path);
            Assert.Equal(
                (404, "not-found", "1"), (answer.Status, answer.Problem, answer.Headers["Tallymark-Collector"]));
        }
    }

    static DateTimeOffset RetryAfter(Answer answer) => DateTimeOffset.ParseExact(
        answer.Headers["Retry-After"], "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    static HttpRequestMessage Post(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = content };
    }

    /// <summary>Sends a body unchanged with Content-Encoding: gzip.</summary>
    static async Task RefusedRawAsync(byte[] body, int status, string problem)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var request = Post(new ByteArrayContent(body));
        request.Content!.Headers.ContentEncoding.Add("gzip");
        var answer = await collector.SendAsync(request);
        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.Equal(0, store.Commits);
    }

    /// <summary>Sends a body that must be refused, then a good batch that must be accepted.</summary>
    static async Task<Counters> RefusedAsync(byte[] body, int status, string problem, bool pack = true)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await collector.SendAsync(body, pack);

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal("1", answer.Headers["Tallymark-Collector"]);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal(0, store.Commits);
        var counters = await collector.CountersAsync();
        Assert.True(counters.AddUp);
        Assert.Equal(0, counters.Pending);
        Assert.Contains(
            $"tallymark_batches_total{{end=\"{problem}\"}} 1\n", (await collector.GetAsync("metrics")).Text,
            StringComparison.Ordinal);
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
        return counters;
    }
}
