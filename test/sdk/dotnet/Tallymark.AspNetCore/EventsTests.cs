// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using System.Text.Json;

namespace Tallymark.AspNetCore.Tests;

/// <summary>The records that a page posts, and the spool lines that they become.</summary>
public sealed class EventsTests
{
    [Fact]
    public async Task A_record_becomes_one_line_with_the_pages_values_and_the_servers_common_fields()
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        Assert.Equal((1, 0, 0), await server.Count(Some.Record(time: Some.TimeText(456_700))));
        var line = Assert.Single(await server.Stop());
        var installation = JsonDocument.Parse(line).RootElement.GetProperty("fields").GetProperty("installation");
        Assert.Matches("^[0-9a-f]{64}$", installation.GetString());
        var expected = $"{{'tallymark':1,'tool':'tracker','manifest':1,'agreed':'{scope}','event':'ui_event',"
            + "'time':'2026-11-20T10:51:21.123456700Z','status':'unknown','fields':{"
            + $"'installation':'{installation.GetString()}','product':'3.8.0','scheme':'sqlite',"
            + "'component_id':'tracker.prompts.create','event_type':'onClick','component_type':'button',"
            + $"'component_view_id':'{Some.View}'}}}}";
        Assert.Equal(expected.Replace('\'', '"'), line);
    }

    [Fact]
    public async Task A_beacon_with_plain_text_is_taken_too()
    {
        await using var server = await Server.StartSeen();
        using var response = await server.Post(
            "events", Some.Body(await server.Scope(), Some.Record()), "text/plain");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await server.Stop());
    }

    [Fact]
    public async Task Bad_records_are_dropped_and_the_good_ones_among_them_are_taken()
    {
        var vectors = Some.Vectors("records.txt");
        var taken = vectors.Where(vector => vector.Expected == "taken").Select(vector => vector.Text).ToList();
        var dropped = vectors.Where(vector => vector.Expected == "dropped").Select(vector => vector.Text).ToList();
        Assert.Equal((vectors.Count, true), (taken.Count + dropped.Count, dropped.Count > 40));
        await using var server = await Server.StartSeen();

        // One by one, so that each is known to be right; then all of them at once, with a good one after each.
        var scope = await server.Scope();
        foreach (var (expected, text) in vectors)
        {
            using var response = await server.Post("events", Some.Body(scope, text));
            var counts = expected == "taken"
                ? "\"taken\":1,\"known\":0,\"dropped\":0"
                : "\"taken\":0,\"known\":0,\"dropped\":1";
            var reply = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(reply.Contains(counts, StringComparison.Ordinal), text + " " + reply);
        }

        var mixed = dropped.SelectMany(record => new[] { record, Some.Record() }).ToList();
        Assert.Equal((dropped.Count, 0, dropped.Count), await server.Count(mixed));
        var lines = await server.Stop();
        Assert.Equal(taken.Count + dropped.Count, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains("typed", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_as_deep_as_a_body_can_be_drops_only_itself()
    {
        await using var server = await Server.StartSeen();
        var deep = new string('[', 32_000) + new string(']', 32_000);
        Assert.Equal((1, 0, 1), await server.Count(deep, Some.Record()));
        Assert.Single(await server.Stop());
    }

    [Fact]
    public async Task A_type_outside_the_manifest_is_recorded_as_other()
    {
        await using var server = await Server.StartSeen();
        Assert.Equal((1, 0, 0), await server.Count(Some.Record(type: "\"my-widget\"")));
        Assert.Contains("\"component_type\":\"other\"", Assert.Single(await server.Stop()));
    }

    [Theory]
    [InlineData(-7, 0, 1)]
    [InlineData(7, 0, 1)]
    [InlineData(-7, -1, 0)]
    [InlineData(7, 1, 0)]
    public async Task A_time_more_than_seven_days_off_is_dropped(int days, int seconds, int taken)
    {
        await using var server = await Server.StartSeen();
        var time = Some.TimeText((days * 86_400L + seconds) * 1_000_000_000);
        Assert.Equal((taken, 0, 1 - taken), await server.Count(Some.Record(time: time)));
    }

    [Fact]
    public async Task A_record_that_comes_again_is_known_also_within_one_request_and_from_requests_at_once()
    {
        await using var server = await Server.StartSeen();
        var (first, second) = (Some.Record(), Some.Record());
        Assert.Equal((1, 1, 0), await server.Count(first, first));
        Assert.Equal((1, 1, 0), await server.Count(first, second));

        var many = Enumerable.Range(0, 50).Select(_ => Some.Record()).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Count(many)));
        Assert.Equal((50, 350), (answers.Sum(a => a.Taken), answers.Sum(a => a.Known)));
        Assert.Equal(52, (await server.Stop()).Length);
    }

    [Fact]
    public async Task Another_body_is_refused_as_a_whole()
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        foreach (var (expected, text) in Some.Vectors("bodies.txt"))
        {
            using var response = await server.Post("events", text.Replace("SCOPE", scope, StringComparison.Ordinal));
            Assert.True(expected == $"{(int)response.StatusCode}", text);
            var json = JsonDocument.Parse(
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            if (expected == "200")
                Assert.Equal(0, json.GetProperty("taken").GetInt32());
            else
            {
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
                Assert.Equal(
                    "https://tallymark.invalid/problems/" + (expected == "400" ? "malformed" : "other-scope"),
                    json.GetProperty("type").GetString());
                Assert.Equal(expected, $"{json.GetProperty("status").GetInt32()}");
            }
        }

        Assert.Empty(await server.Stop());
    }

    [Theory]
    [InlineData("scope", 409)]
    [InlineData("records", 400)]
    [InlineData("component", 200)]
    [InlineData("button", 200)]
    [InlineData("onClick", 200)]
    public async Task Bytes_that_are_no_text_are_never_recorded(string word, int status)
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        var body = Encoding.Latin1.GetBytes(Some.Body(scope, Some.Record()));
        var at = body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word == "scope" ? scope : word));
        body[at] = 0xff;
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await server.Client.PostAsync(
            "tallymark/events", content, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain((byte)0xff, Encoding.Latin1.GetBytes(string.Concat(await server.Stop())));
    }

    [Fact]
    public async Task A_body_of_seen_with_records_is_refused()
    {
        await using var server = await Server.Start();
        using var response = await server.Post("seen", Some.Body(await server.Scope(), Some.Record()));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(Directory.Exists(server.State));
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(500, HttpStatusCode.OK)]
    [InlineData(501, HttpStatusCode.BadRequest)]
    public async Task A_request_has_at_most_500_records(int count, HttpStatusCode status)
    {
        await using var server = await Server.StartSeen();
        using var response = await server.Send(Enumerable.Repeat("{}", count));
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task The_agreement_to_an_earlier_version_limits_the_recorded_values()
    {
        await using var server = await Server.StartSeen();
        await server.Stop();
        var receipt = Path.Combine(server.State, "receipts/page");
        var text = await File.ReadAllTextAsync(receipt, TestContext.Current.CancellationToken);
        var id = text[(text.IndexOf("\nscope ", StringComparison.Ordinal) + 7)..][..64];
        await File.WriteAllTextAsync(
            receipt,
            text.Replace(id, new string('0', 64), StringComparison.Ordinal)
                .Replace("tracker.experiments.search,", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        await using var next = await Server.Start(other => other["HOME"] = server.Home);
        Assert.StartsWith(
            "Telemetry for Tracker has changed", (await next.Settings()).GetProperty("notice").GetString());
        Assert.Equal((2, 0, 0), await next.Count(
            Some.Record(component: "\"tracker.experiments.search\""), Some.Record()));
        await next.Stop();
        var lines = await server.Stop();
        Assert.Equal(
            ["other", "tracker.prompts.create"],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields")
                .GetProperty("component_id").GetString()));
    }
}
