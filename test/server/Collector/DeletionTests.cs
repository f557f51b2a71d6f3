// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>Deletion requests: which are accepted, which are refused, and what a reply may tell.</summary>
public sealed class DeletionTests
{
    static readonly string Proof = new('a', 64), Other = new('b', 64);

    [Fact]
    public async Task The_ids_derived_from_the_proofs_are_deleted_and_the_reply_repeats_the_count()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await DeleteAsync(collector, Body(Proof, Other));

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"tool":"probe","received":2}""", answer.Text);
        Assert.Equal("1", answer.Headers["Tallymark-Collector"]);
        Assert.Equal([IdOf(Proof), IdOf(Other)], store.Deleted);
        Assert.Equal(1, await CountAsync(collector, "accepted"));
    }

    public static TheoryData<string> Vectors() =>
        [.. Requests().Select(request => request.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task A_request_of_the_vectors_gets_its_reply_and_deletes_its_installations(string name)
    {
        var vector = Requests().Single(request => request.GetProperty("name").GetString() == name);
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        var answer = await DeleteAsync(collector, vector.GetProperty("body").GetString()!);

        Assert.Equal(vector.GetProperty("status").GetInt32(), answer.Status);
        if (answer.Status == 200)
        {
            Assert.Equal(vector.GetProperty("reply").GetString(), answer.Text);
            Assert.Equal(vector.GetProperty("installations")
                .EnumerateArray().Select(id => id.GetString()), store.Deleted);
            return;
        }

        Assert.Equal(vector.GetProperty("type").GetString(), answer.Json.GetProperty("type").GetString());
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Empty(store.Deleted);
        Assert.Equal(1, await CountAsync(collector, answer.Problem));
    }

    [Fact]
    public async Task An_id_is_that_of_the_identity_vectors()
    {
        using var vector = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "vectors", "identity.json"), TestContext.Current.CancellationToken));
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        Assert.Equal(200,
            (await DeleteAsync(collector, Body(vector.RootElement.GetProperty("proof").GetString()!))).Status);
        Assert.Equal(vector.RootElement.GetProperty("id").GetString(), Assert.Single(store.Deleted));
    }

    [Fact]
    public async Task Stored_events_are_removed_later_ones_dropped_as_deleted_and_no_reply_tells_which_id_was_known()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var mine = Some.Line(fields: $"\"installation\":\"{IdOf(Proof)}\"", status: "failure");
        Assert.Equal(2, (await collector.SendAsync(mine, Some.LineOf(7))).Stored);

        var known = await DeleteAsync(collector, Body(Proof));
        var unknown = await DeleteAsync(collector, Body(Other));
        var again = await DeleteAsync(collector, Body(Proof));

        Assert.Equal((200, known.Text), (unknown.Status, unknown.Text));
        Assert.Equal((200, known.Text), (again.Status, again.Text));
        var batch = Some.Batch(mine, Some.LineOf(7), mine);
        var later = await collector.SendAsync(batch);
        Assert.Equal((3, 1), (later.Received, later.Stored));
        Assert.Equal(2, Assert.Single(later.Dropped).Value);
        Assert.Equal(2, later.Dropped["deleted"]);
        Assert.Equal(3, (await collector.SendAsync(batch)).Dropped["duplicate"]);
        var counters = await collector.CountersAsync();
        Assert.Equal((8, 3, 2, 3),
            (counters.Received, counters.Stored, counters.Dropped["deleted"], counters.Dropped["duplicate"]));
        Assert.True(counters.AddUp);
    }

    [Fact]
    public async Task No_event_that_arrives_during_a_deletion_is_left()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            var proof = $"{i:x64}";
            var events = collector.SendAsync(Some.Line(fields: $"\"installation\":\"{IdOf(proof)}\""), Some.LineOf(i));
            var deletion = DeleteAsync(collector, Body(proof));
            Assert.Equal((200, 200), ((await events).Status, (await deletion).Status));
        })));
        Assert.True((await collector.CountersAsync()).AddUp);
        await collector.StopAsync();

        using var store = new DuckDbEventStore(collector.Data);
        Assert.Equal(40, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task A_hundred_proofs_are_accepted_and_a_request_over_the_byte_limit_is_too_large()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var large = await DeleteAsync(collector, new string(' ', 17_000));
        Assert.Equal((413, "too-large"), (large.Status, large.Problem));
        Assert.Equal(200,
            (await DeleteAsync(collector, Body([.. Enumerable.Range(0, 100).Select(i => $"{i:x64}")]))).Status);
        Assert.Equal(100, store.Deleted.Count);
    }

    [Theory]
    [InlineData("application/x-ndjson", null)]
    [InlineData("application/json", "gzip")]
    public async Task Only_uncompressed_JSON_is_accepted(string type, string? encoding)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var answer = await DeleteAsync(collector, Body(Proof), type, encoding);
        Assert.Equal((415, "content-type"), (answer.Status, answer.Problem));
        Assert.Empty(store.Deleted);
    }

    [Fact]
    public async Task Another_method_is_refused()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var answer = await collector.GetAsync("v1/deletions");
        Assert.Equal((405, "method", "POST"), (answer.Status, answer.Problem, answer.Headers["Allow"]));
    }

    [Fact]
    public async Task While_the_store_fails_the_reply_is_busy_and_the_client_can_retry()
    {
        using var store = new FakeStore { Fails = number => number == 1 };
        await using var collector = await InProcessCollector.StartAsync(store);
        var answer = await DeleteAsync(collector, Body(Proof));
        Assert.Equal((503, "busy"), (answer.Status, answer.Problem));
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(200, (await DeleteAsync(collector, Body(Proof))).Status);
        Assert.Equal((1, 1), (await CountAsync(collector, "busy"), await CountAsync(collector, "accepted")));
        Assert.DoesNotContain(Proof[..8], collector.Log, StringComparison.Ordinal);
    }

    static JsonElement.ArrayEnumerator Requests() => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "deletions.json"))).RootElement.GetProperty(
            "requests").EnumerateArray();

    static async Task<Answer> DeleteAsync(
        InProcessCollector collector, string body, string type = "application/json", string? encoding = null)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions") { Content = content };
        return await collector.SendAsync(request);
    }

    static async Task<long> CountAsync(InProcessCollector collector, string end)
    {
        var name = $"tallymark_deletions_total{{end=\"{end}\"}} ";
        var line = (await collector.GetAsync("metrics")).Text.Split('\n')
            .Single(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    static string Body(params string[] proofs) =>
        $$"""{"tallymark":1,"tool":"probe","proofs":[{{string.Join(',', proofs.Select(p => $"\"{p}\""))}}]}""";

    static string IdOf(string proof) => Convert.ToHexStringLower(
        SHA256.HashData([.. Encoding.ASCII.GetBytes("installation"), .. Convert.FromHexString(proof)]));
}
