// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;

namespace Tallymark.AspNetCore.Tests;

/// <summary>
/// The server's consent is the ceiling for all pages, also at run time; a browser's own wish holds too.
/// </summary>
public sealed class ConsentTests
{
    [Fact]
    public async Task An_opt_out_while_the_server_runs_holds_from_the_next_request_on()
    {
        await using var server = await Server.StartSeen();
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        var scope = await server.Scope();

        Assert.Equal(0, server.Command("off"));
        using var refused = await server.Post("events", Some.Body(scope, Some.Record()));
        await AssertOff(refused);
        Assert.False((await server.Settings()).GetProperty("on").GetBoolean());
        using var seen = await server.See(scope);
        Assert.Equal(HttpStatusCode.Conflict, seen.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(server.State, "spool")));

        // On again: the receipt is still there, and the id is a new one.
        Assert.Equal(0, server.Command("on"));
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        Assert.Single(await server.Stop());
    }

    [Theory]
    [InlineData("DO_NOT_TRACK", "1")]
    [InlineData("TRACKER_OFF", "true")]
    [InlineData("CI", "true")]
    public async Task A_variable_of_the_server_switches_all_pages_off(string variable, string value)
    {
        await using var server = await Server.Start(one => one[variable] = value);
        var settings = await server.Settings();
        Assert.Equal(
            (false, "server"), (settings.GetProperty("on").GetBoolean(), settings.GetProperty("why").GetString()));
        using var events = await server.Post("events", Some.Body("0000000000000000", Some.Record()));
        await AssertOff(events);
        Assert.False(Directory.Exists(server.State));
    }

    [Fact]
    public async Task A_withheld_field_is_not_recorded_for_pages_either()
    {
        await using var server = await Server.StartSeen();
        Assert.Equal(0, server.Command("withhold", "component_id"));
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        var line = Assert.Single(await server.Stop());
        Assert.Contains("\"withheld\":[\"component_id\"]", line);
        Assert.DoesNotContain("tracker.prompts.create", line);
    }

    [Theory]
    [InlineData("Sec-GPC", "1", true)]
    [InlineData("DNT", "1", true)]
    [InlineData("DNT", "0", false)]
    public async Task A_browser_that_asks_not_to_be_tracked_is_not(string header, string value, bool off)
    {
        await using var server = await Server.Start();
        var scope = await server.Scope();
        using var seen = await server.Post("seen", $$"""{"scope":"{{scope}}"}""", headers: (header, value));
        if (off)
        {
            await AssertOff(seen);
            Assert.False(Directory.Exists(server.State));
            using var agreed = await server.See(scope);
        }

        using var events = await server.Post("events", Some.Body(scope, Some.Record()), headers: (header, value));
        if (off)
            await AssertOff(events);
        Assert.Equal(off ? 0 : 1, (await server.Stop()).Length);
    }

    [Theory]
    [InlineData("Sec-GPC", "1", "gpc")]
    [InlineData("DNT", "1", "dnt")]
    [InlineData("DNT", "0", null)]
    public async Task The_settings_for_a_browser_that_asks_not_to_be_tracked_say_so(
        string header, string value, string? why)
    {
        await using var server = await Server.Start();
        server.Client.DefaultRequestHeaders.Add(header, value);
        var settings = await server.Settings();
        Assert.Equal("tracker", settings.GetProperty("tool").GetString());
        Assert.Equal("Tracker", settings.GetProperty("title").GetString());
        Assert.Equal(why is null, settings.GetProperty("on").GetBoolean());
        Assert.Equal(why is null, settings.TryGetProperty("notice", out _));
        if (why is not null)
            Assert.Equal(why, settings.GetProperty("why").GetString());
    }

    [Fact]
    public async Task An_opt_out_in_the_middle_of_a_request_holds_for_the_rest_of_it()
    {
        // The program's own code runs once a request, after the relay has checked consent.
        await using var server = await Server.StartSeen();
        server.BeforeRecords = () => server["DO_NOT_TRACK"] = "1";
        using var events = await server.Send(Some.Record());
        await AssertOff(events);
        Assert.Empty(await server.Stop());
    }

    [Fact]
    public async Task A_new_id_in_the_middle_of_a_request_loses_no_record()
    {
        await using var server = await Server.StartSeen();
        server.BeforeRecords = () =>
        {
            server.BeforeRecords = () => { };
            Assert.Equal(0, server.Command("off"));
            Assert.Equal(0, server.Command("on"));
        };
        Assert.Equal((2, 0, 0), await server.Count(Some.Record(), Some.Record()));
        Assert.Equal(2, (await server.Stop()).Length);
    }

    [Fact]
    public async Task After_a_new_id_in_the_middle_of_a_request_digests_are_of_that_id()
    {
        await using var server = await Server.StartSeen();
        server.Workspace = "prices";
        server.AfterFields = () =>
        {
            server.AfterFields = () => { };
            Assert.Equal(0, server.Command("off"));
            Assert.Equal(0, server.Command("on"));
        };
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        var fields = (await server.Stop())
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields"))
            .Select(all => (all.GetProperty("installation").GetString(), all.GetProperty("workspace").GetString()))
            .ToList();
        Assert.Equal(2, fields.Count);
        Assert.Single(fields.Distinct());
    }

    [Fact]
    public async Task A_programs_own_mistake_in_the_common_fields_costs_only_these_fields()
    {
        await using var server = await Server.StartSeen();
        server.BeforeRecords = () => throw new InvalidOperationException("bang");
        Assert.Equal((1, 0, 0), await server.Count(Some.Record()));
        var line = Assert.Single(await server.Stop());
        Assert.DoesNotContain("\"scheme\"", line);
        Assert.Contains("\"product\":\"3.8.0\"", line);
    }

    [Fact]
    public async Task After_the_tools_end_pages_are_off_and_keep_their_records()
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        server.EndTelemetry();
        Assert.False((await server.Settings()).GetProperty("on").GetBoolean());
        using var events = await server.Post("events", Some.Body(scope, Some.Record()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);

        // A refusal still is one.
        server["DO_NOT_TRACK"] = "1";
        using var refused = await server.Post("events", Some.Body(scope, Some.Record()));
        await AssertOff(refused);
        Assert.Empty(await server.Stop());
    }

    [Fact]
    public async Task The_tools_end_in_the_middle_of_a_request_is_no_refusal_either()
    {
        await using var server = await Server.StartSeen();
        server.BeforeRecords = server.EndTelemetry;
        using var events = await server.Send(Some.Record());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);
    }

    static async Task AssertOff(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"on":false}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
