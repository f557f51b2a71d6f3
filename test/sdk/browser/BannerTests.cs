// SPDX-License-Identifier: MIT

using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>The banner and the toggle decide: before an answer nothing is kept or sent, and an answer holds.</summary>
public sealed class BannerTests(Chromium chromium)
{
    const string AllStorage =
        """
        async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, document.cookie]
        """;

    /// <summary>An answer of which the page gets no event, as if another page had taken it meanwhile.</summary>
    const string Missed = "([name, value]) => localStorage.setItem(`tallymark.mlflow.${name}`, value)";

    /// <summary>The automated browser keeps no page in memory: the page is told as the browser would tell it.</summary>
    const string Back = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";

    [Fact]
    public async Task Nothing_is_stored_or_sent_before_a_button_of_the_banner_was_pressed()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await visit.Create.ClickAsync();
            await visit.Page.Clock.FastForwardAsync(60_000);
            Assert.Equal("[0,0,0,\"\"]", System.Text.Json.JsonSerializer.Serialize(
                await visit.Page.EvaluateAsync<object[]>(AllStorage)));
            await visit.Open(visit.Page); // leaves the page
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            Assert.All(relay.Requests, request => Assert.Equal("GET /tallymark/settings", $"{request.Method} {request.Path}"));
            Assert.Equal(2, relay.Requests.Count);
        }, clock: true);
    }

    [Fact]
    public async Task The_banner_shows_the_notice_once_and_OK_begins_the_recording()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            var banner = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Usage data" });
            await Assertions.Expect(banner).ToContainTextAsync(TestRelay.Notice);
            await Assertions.Expect(banner.GetByRole(AriaRole.Link)).ToHaveTextAsync(["Read more", "Report a leak"]);
            await visit.Agree(relay);
            await Assertions.Expect(banner).ToHaveCountAsync(0);
            Assert.Equal(relay.Scope, (await visit.Stored())["tallymark.mlflow.seen"]);

            await visit.Create.ClickAsync();
            await visit.Open(visit.Page);
            var records = await relay.WaitForRecords(5);
            Assert.Single(records, r => r.Component == "mlflow.prompts.list.create" && r.Event == "onClick");
            await Assertions.Expect(banner).ToHaveCountAsync(0);
            Assert.Single(relay.Requests, request => request.IsSeen);
        });
    }

    [Fact]
    public async Task Turn_off_keeps_only_the_refusal_and_holds_on_the_next_page()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.TurnOff.ClickAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await visit.Create.ClickAsync();
            await visit.Open(visit.Page);
            await visit.Create.ClickAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            Assert.Equal(new() { ["tallymark.mlflow.off"] = "1" }, await visit.Stored());
            Assert.Empty(relay.Posts);
        });
    }

    [Fact]
    public async Task The_toggle_switches_on_and_off_and_off_removes_what_waits()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.TurnOff.ClickAsync();
            await Assertions.Expect(visit.Page.Locator("tallymark-toggle")).ToContainTextAsync(TestRelay.Notice);
            await visit.Toggle.ClickAsync(); // agrees to the notice that it shows
            await relay.WaitForRequests("seen");
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await Assertions.Expect(visit.Page.Locator("tallymark-toggle")).ToContainTextAsync("On for this browser.");

            await visit.Create.ClickAsync();
            Assert.Contains((await visit.Stored()).Keys, IsQueued);
            await visit.Toggle.ClickAsync();
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await visit.Create.ClickAsync();
            Assert.Equal(new() { ["tallymark.mlflow.off"] = "1" }, await visit.Stored());
            await visit.Open(visit.Page);
            Assert.DoesNotContain(relay.Taken, record => record.Event == "onClick");
        });
    }

    [Fact]
    public async Task An_answer_in_one_tab_holds_in_all_tabs_at_once()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            var other = await visit.NewTab();
            var otherOk = other.GetByRole(AriaRole.Button, new() { Name = "OK" });
            var otherToggle = other.GetByRole(AriaRole.Switch);
            await Assertions.Expect(otherOk).ToBeVisibleAsync();
            await visit.Agree(relay);
            await Assertions.Expect(otherOk).ToHaveCountAsync(0);
            await Assertions.Expect(otherToggle).ToBeCheckedAsync();
            await visit.Toggle.ClickAsync();
            await Assertions.Expect(otherToggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(otherOk).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_page_removes_what_it_wrote_while_another_one_turned_it_off()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        relay.Fault = TestRelay.Busy;
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            var other = await visit.NewTab();
            await other.EvaluateAsync(Missed, new[] { "off", "1" }); // the first page does get an event of it
            await visit.Page.WaitForFunctionAsync("() => localStorage.length === 1");
            Assert.Equal(new() { ["tallymark.mlflow.off"] = "1" }, await visit.Stored());
        });
    }

    [Fact]
    public async Task A_page_that_the_back_button_shows_again_has_the_answer_of_the_page_after_it()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Page.EvaluateAsync(Missed, new[] { "seen", relay.Scope });
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await visit.Page.EvaluateAsync(Back);
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            await visit.Page.EvaluateAsync(Missed, new[] { "off", "1" });
            await visit.Page.EvaluateAsync(Back);
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
        });
    }

    [Fact]
    public async Task A_button_that_is_out_of_date_does_what_it_says()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Page.EvaluateAsync(Missed, new[] { "seen", relay.Scope });
            await visit.Ok.ClickAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await visit.Page.EvaluateAsync(Missed, new[] { "off", "1" });
            await visit.Toggle.ClickAsync(); // it shows "on": the person turns it off
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            Assert.Equal("1", (await visit.Stored())["tallymark.mlflow.off"]);
        });
    }

    [Fact]
    public async Task Another_scope_is_asked_for_again_and_nothing_is_recorded_until_then()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            relay.Scope = "ffffffffffffffff";
            await visit.Open(visit.Page);
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            var before = (await visit.Stored()).Keys.Count(IsQueued);
            await visit.Create.ClickAsync();
            Assert.Equal(before, (await visit.Stored()).Keys.Count(IsQueued));

            await visit.Ok.ClickAsync();
            await relay.WaitForRequests("seen", 2);
            Assert.Equal("""{"scope":"ffffffffffffffff"}""", relay.Requests.Last(r => r.IsSeen).Body);
        });
    }

    static bool IsQueued(string key) => key.StartsWith("tallymark.mlflow.queue.", StringComparison.Ordinal);
}
