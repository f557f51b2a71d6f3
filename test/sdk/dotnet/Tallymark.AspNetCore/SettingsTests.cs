// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using Tallymark.Record;

namespace Tallymark.AspNetCore.Tests;

/// <summary>The settings that a page reads, and that a person has seen the notice.</summary>
public sealed class SettingsTests
{
    const string PageNotice =
        "Tracker collects anonymous usage data to learn which parts of the tracker are used.\n"
        + "The data is received by the makers of the tracker and kept for 30 days. It does not include names, "
        + "paths or command-line arguments, other than those on a public list.\n"
        + "You can turn it off for this device on this page. The operator of this server can turn it off for everyone by "
        + "running `tracker telemetry off`, setting the environment variable TRACKER_OFF=1, or setting DO_NOT_TRACK=1.\n";

    [Fact]
    public async Task Before_anyone_has_seen_the_notice_the_settings_contain_it_and_nothing_is_on_disk()
    {
        await using var server = await Server.Start();
        using var response = await server.Client.GetAsync(
            "tallymark/settings", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var settings = JsonDocument.Parse(text).RootElement;
        Assert.Equal(
            ["tool", "title", "on", "scope", "notice", "more", "contact"],
            settings.EnumerateObject().Select(member => member.Name));
        Assert.Equal("tracker", settings.GetProperty("tool").GetString());
        Assert.Equal("Tracker", settings.GetProperty("title").GetString());
        Assert.True(settings.GetProperty("on").GetBoolean());
        Assert.Matches("^[0-9a-f]{16}$", settings.GetProperty("scope").GetString());
        Assert.Equal(PageNotice, settings.GetProperty("notice").GetString());
        Assert.Equal("https://example.org/tracker/privacy", settings.GetProperty("more").GetString());
        Assert.Equal("https://example.org/tracker/issues", settings.GetProperty("contact").GetString());
        Assert.False(Directory.Exists(server.State));
    }

    [Fact]
    public async Task A_notice_seen_on_a_page_leaves_a_receipt_and_holds_from_then_on()
    {
        await using var server = await Server.Start();
        var scope = await server.Scope();
        using var conflict = await server.Post("events", Some.Body(scope, Some.Record()));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);

        using var seen = await server.See(scope);
        Assert.Equal(HttpStatusCode.NoContent, seen.StatusCode);
        var receipt = await File.ReadAllTextAsync(
            Path.Combine(server.State, "receipts/page"), TestContext.Current.CancellationToken);
        Assert.Contains("\nscope " + scope, receipt);
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));

        // Another device of the same server: the same text, and its person's answer changes nothing.
        Assert.Equal(PageNotice, (await server.Settings()).GetProperty("notice").GetString());
        using var again = await server.See(scope);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Single(await server.Stop());
    }

    [Theory]
    [InlineData("0000000000000000", HttpStatusCode.Conflict)]
    [InlineData("", HttpStatusCode.Conflict)]
    public async Task Another_scope_was_not_agreed_to(string scope, HttpStatusCode status)
    {
        await using var server = await Server.Start();
        using var seen = await server.See(scope);
        Assert.Equal(status, seen.StatusCode);
        Assert.False(Directory.Exists(server.State));

        using var agreed = await server.See(await server.Scope());
        using var events = await server.Post("events", Some.Body(scope, Some.Record()));
        Assert.Equal(status, events.StatusCode);
        Assert.Equal("application/problem+json", events.Content.Headers.ContentType!.ToString());
        Assert.Empty(await server.Stop());
    }

    [Fact]
    public async Task A_receipt_that_is_gone_means_that_the_notice_is_shown_again()
    {
        await using var server = await Server.StartSeen();
        await server.Stop();
        Directory.Delete(Path.Combine(server.State, "receipts"), recursive: true);
        await using var next = await Server.Start(other => other["HOME"] = server.Home);
        using var events = await next.Send(Some.Record());
        Assert.Equal(HttpStatusCode.Conflict, events.StatusCode);
        Assert.True((await next.Settings()).GetProperty("on").GetBoolean());
    }

    [Fact]
    public async Task A_server_that_showed_the_notice_on_its_terminal_still_asks_its_pages()
    {
        await using var server = await Server.Start(one => one.Terminals.Add(2));
        Assert.Equal(TrackerTelemetry.Notice, server.Said.ToString());
        Assert.True((await server.Settings()).GetProperty("on").GetBoolean());
        using var before = await server.Send(Some.Record());
        Assert.Equal(HttpStatusCode.Conflict, before.StatusCode);
        using var seen = await server.See(await server.Scope());
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
    }

    [Fact]
    public async Task Without_a_home_nothing_can_be_kept_so_pages_are_off()
    {
        await using var server = await Server.Start(one => one["HOME"] = "");
        await AssertOff(server, "server");
    }

    [Fact]
    public async Task An_endpoint_that_was_given_up_is_named_as_the_reason()
    {
        await using var server = await Server.StartSeen();
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        var now = server.Clock.GetUtcNow().UtcDateTime;
        DueFile.Write(
            Path.Combine(server.State, "due"), now.AddDays(1), 30, new Silence(30, now.AddDays(-40), now.AddDays(-1)));
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await AssertOff(server, "unreachable");
    }

    static async Task AssertOff(Server server, string why)
    {
        var settings = await server.Settings();
        Assert.Equal(
            ["tool", "title", "on", "why"], settings.EnumerateObject().Select(member => member.Name));
        Assert.False(settings.GetProperty("on").GetBoolean());
        Assert.Equal(why, settings.GetProperty("why").GetString());
        using var events = await server.Post("events", Some.Body("0000000000000000", Some.Record()));
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);
        Assert.Equal(
            """{"on":false}""", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var seen = await server.See("0000000000000000");
        Assert.Equal(HttpStatusCode.Conflict, seen.StatusCode);
    }

    [Fact]
    public async Task The_notice_names_the_recipient_that_a_policy_sets()
    {
        await using var server = await Server.Start(one => File.WriteAllText(
            Path.Combine(one.Home, "policy"),
            "tallymark-policy 1\ntracker redirect https://own.example/v1/batches recipient our own team\n"));
        var notice = (await server.Settings()).GetProperty("notice").GetString();
        Assert.Contains("\nour own team\nat https://own.example/v1/batches\n", notice);
        Assert.EndsWith(PageNotice, notice);
    }
}
