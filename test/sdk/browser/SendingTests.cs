// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>When the queue is sent, and what becomes of it for each answer of the relay.</summary>
public sealed class SendingTests(Chromium chromium)
{
    const string Quiet =
        """
        <tallymark-banner></tallymark-banner>
        <button id="quiet">Create prompt</button>
        <button id="fifty">Fifty</button>
        """;

    const string Script =
        """
        import { record } from "./tallymark/tally.js";
        document.querySelector("#quiet").onclick = () => record("create", "onClick");
        document.querySelector("#fifty").onclick = () => {
          for (let i = 0; i < 50; i++) record(`number.${i}`, "onClick");
        };
        """;

    [Fact]
    public async Task Fifty_records_are_sent_at_once_and_fewer_after_ten_seconds()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.Locator("#fifty").ClickAsync();
            await relay.WaitForRecords(50);
            await visit.QueueIsEmpty();
            await visit.Create.ClickAsync();
            await visit.Page.Clock.FastForwardAsync(9_000);
            Assert.Equal(50, relay.Taken.Count);
            await visit.Page.Clock.FastForwardAsync(1_100);
            await relay.WaitForRecords(51);
            await visit.QueueIsEmpty();
            Assert.Equal(0, relay.Known);
        }, clock: true);
    }

    [Fact]
    public async Task Tabs_share_one_queue_and_send_each_record_once()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            var tabs = new[] { visit.Page, await visit.NewTab(), await visit.NewTab() };
            foreach (var _ in Enumerable.Range(0, 3))
                await Task.WhenAll(tabs.Select(tab => tab.EvaluateAsync("document.querySelector('#fifty').click()")));
            var records = await relay.WaitForRecords(450);
            Assert.Equal(450, records.Count);
            Assert.All(records.GroupBy(r => r.Component), number => Assert.Equal(9, number.Count()));
            Assert.Equal(0, relay.Known);
            await visit.QueueIsEmpty();
        });
    }

    [Fact]
    public async Task A_click_just_before_the_page_is_left_arrives_and_the_next_page_proves_it()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Leave" }).ClickAsync();
            await Assertions.Expect(visit.Page).ToHaveTitleAsync("Plain");
            var beacon = await relay.WaitForRecords(3);
            Assert.Contains(beacon, record => record is { Event: "onClick", Type: "link" });
            Assert.Equal(3, (await visit.Queued()).Count); // a beacon proves nothing
            await visit.Open(visit.Page);
            await relay.WaitForKnown(3);
            Assert.Single(relay.Taken, record => record.Event == "onClick");
            await visit.QueueIsEmpty();
        });
    }

    [Fact]
    public async Task A_click_is_not_lost_when_the_beacon_does_not_arrive()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            await visit.Create.ClickAsync();
            await visit.Open(visit.Page, "plain", started: false);
            await visit.Open(visit.Page);
            Assert.Contains(await relay.WaitForRecords(3), record => record.Event == "onClick");
        }, setUp: "navigator.sendBeacon = () => true;"); // what a policy that forbids it looks like to a page
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "20")]
    [InlineData(429, "7")]
    [InlineData(403, "")]
    [InlineData(400, "")] // a proxy: the relay's has the content type of a problem
    [InlineData(200, "")] // a login page or a proxy
    public async Task After_a_refusal_the_records_are_kept_and_all_pages_pause(int status, string retryAfter)
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        var failing = true;
        relay.Fault = async (context, request) =>
        {
            if (!failing || !request.IsEvents)
                return false;
            context.Response.StatusCode = status;
            if (retryAfter != "")
                context.Response.Headers.RetryAfter = retryAfter;
            await context.Response.WriteAsync("""{"message":"Sign in first"}""");
            return true;
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.Locator("#fifty").ClickAsync();
            await relay.WaitForRequests("events");
            var first = await visit.PauseAfter(0);
            Assert.Equal(5000, first.Pause);
            if (retryAfter != "")
                Assert.InRange(first.Wait, int.Parse(retryAfter, null) * 900, int.Parse(retryAfter, null) * 1000);
            await visit.Page.Clock.FastForwardAsync(21_000);
            await relay.WaitForRequests("events", 2);
            Assert.Equal(10_000, (await visit.PauseAfter(5000)).Pause);

            failing = false;
            await visit.Open(visit.Page); // the next page keeps the pause
            Assert.Equal(50, (await visit.Queued()).Count);
            Assert.Equal(2, relay.Requests.Count(r => r.IsEvents));
            await visit.Page.Clock.FastForwardAsync(21_000);
            await relay.WaitForRecords(50);
            await visit.QueueIsEmpty();
            Assert.DoesNotContain("tallymark.mlflow.lease", (await visit.Stored()).Keys);
        }, clock: true);
    }

    [Fact]
    public async Task A_page_that_the_relay_takes_for_another_sites_says_so_and_records_nothing_until_that_ends()
    {
        await using var relay = await TestRelay.Start(Quiet + "<tallymark-toggle></tallymark-toggle>", Script);
        relay.Fault = (context, request) =>
        {
            if (request.IsEvents)
                context.Response.StatusCode = 403;
            return Task.FromResult(request.IsEvents);
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.Locator("#fifty").ClickAsync();
            await Assertions.Expect(visit.Toggle).ToBeDisabledAsync();
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(visit.Page.Locator("tallymark-toggle")).ToContainTextAsync("does not answer");
            await visit.Create.ClickAsync();
            await visit.PauseAfter(0);
            Assert.Equal(50, (await visit.Queued()).Count);

            relay.Fault = null;
            await visit.Page.Clock.FastForwardAsync(7_000);
            await relay.WaitForRecords(50);
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await visit.Create.ClickAsync();
            Assert.Single(await visit.Queued(), record => record.Component == "create");
        }, clock: true);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_halved()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        relay.Fault = (context, request) =>
        {
            if (request.Records.Count <= 13)
                return Task.FromResult(false);
            context.Response.StatusCode = 413;
            return Task.FromResult(true);
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.Locator("#fifty").ClickAsync();
            foreach (var left in new[] { 38, 29, 22, 11 })
            {
                await visit.QueueHas(left);
                await visit.Page.Clock.FastForwardAsync(10_100);
            }

            await relay.WaitForRecords(50);
            var sizes = relay.Requests.Where(request => request.IsEvents).Select(request => request.Records.Count);
            Assert.Equal([50, 25, 12, 38, 19, 9, 29, 14, 7, 22, 11, 11], sizes);
            await visit.QueueIsEmpty();
        }, clock: true);
    }

    [Fact]
    public async Task Of_a_body_that_the_relay_can_not_read_one_record_is_dropped()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        relay.Fault = (context, request) =>
        {
            var broken = request.IsEvents && request.Records.Any(record => record.Component == "create");
            if (broken)
                (context.Response.StatusCode, context.Response.ContentType) = (400, "application/problem+json");
            return Task.FromResult(broken);
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Create.ClickAsync(); // the oldest
            await visit.Page.Locator("#fifty").ClickAsync();
            await relay.WaitForRecords(50);
            await visit.QueueIsEmpty();
            Assert.DoesNotContain(relay.Taken, record => record.Component == "create");
            var sizes = relay.Requests.Where(request => request.IsEvents).Select(request => request.Records.Count);
            Assert.Equal([51, 25, 12, 6, 3, 1, 50], sizes);
        });
    }

    [Fact]
    public async Task An_entry_that_is_no_record_blocks_nothing()
    {
        const string add =
            """
            () => ["{", "null", '{"a":1},{"b":2}', JSON.stringify({ a: "x".repeat(60000) })].forEach(
              (text, at) => localStorage.setItem(`tallymark.mlflow.queue.${at}.broken`, text))
            """;
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.EvaluateAsync(add);
            await visit.Page.Locator("#fifty").ClickAsync();
            await relay.WaitForRecords(50);
            await visit.QueueIsEmpty();
        });
    }

    [Fact]
    public async Task A_scope_that_changed_while_the_page_is_open_shows_the_banner_and_keeps_what_waits()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            relay.Scope = "ffffffffffffffff";
            await visit.Page.Locator("#fifty").ClickAsync();
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await visit.Create.ClickAsync(); // not recorded
            Assert.Equal(50, (await visit.Queued()).Count);
            await visit.Ok.ClickAsync();
            await visit.Page.Clock.FastForwardAsync(7_000);
            await relay.WaitForRequests("seen", 2);
            await relay.WaitForRecords(50);
            await visit.QueueIsEmpty();
        }, clock: true);
    }

    [Fact]
    public async Task A_banner_that_is_open_follows_the_scope_and_OK_agrees_to_what_it_shows()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        relay.Fault = async (_, request) =>
        {
            if (request.IsEvents)
                await held.Task;
            return false;
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.Locator("#fifty").ClickAsync();
            await relay.WaitForRequests("events");
            var other = await visit.NewTab();
            await other.EvaluateAsync("() => { localStorage['tallymark.mlflow.seen'] = 'eeeeeeeeeeeeeeee' }");
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            (relay.Scope, relay.Text) = ("ffffffffffffffff", "Another notice.");
            held.SetResult(); // 409: the page asks for the settings
            await Assertions.Expect(visit.Page.Locator("tallymark-banner")).ToContainTextAsync("Another notice.");
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(1);
            await visit.Ok.ClickAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            Assert.Equal("ffffffffffffffff", (await visit.Stored())["tallymark.mlflow.seen"]);
        });
    }

    [Fact]
    public async Task A_server_that_has_lost_its_receipt_is_told_again_that_the_notice_was_seen()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            relay.Seen = false;
            await visit.Page.Locator("#fifty").ClickAsync();
            await visit.PauseAfter(0);
            await visit.Page.Clock.FastForwardAsync(7_000);
            await relay.WaitForRequests("seen", 2);
            await relay.WaitForRecords(50);
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
        }, clock: true);
    }

    [Fact]
    public async Task A_server_that_was_turned_off_ends_the_recording_and_empties_the_queue()
    {
        await using var relay = await TestRelay.Start(Quiet + "<tallymark-toggle></tallymark-toggle>", Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            relay.On = false;
            await visit.Page.Locator("#fifty").ClickAsync();
            await visit.QueueIsEmpty();
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(visit.Page.GetByText("Turned off for everyone on this server.")).ToBeVisibleAsync();
            await visit.Page.Locator("#fifty").ClickAsync();
            Assert.Empty(await visit.Queued());

            relay.On = true;
            await visit.Open(visit.Page); // the person's answer still holds
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
        });
    }

    [Fact]
    public async Task Offline_nothing_is_tried_and_back_online_everything_is_sent()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Context.SetOfflineAsync(true);
            await visit.Page.Locator("#fifty").ClickAsync();
            await visit.Page.Clock.FastForwardAsync(60_000);
            Assert.Equal(50, (await visit.Queued()).Count);
            Assert.DoesNotContain(relay.Requests, request => request.IsEvents);
            await visit.Context.SetOfflineAsync(false);
            await relay.WaitForRecords(50);
        }, clock: true);
    }

    [Fact]
    public async Task A_hidden_page_sends_nothing_until_it_is_visible_again()
    {
        // A headless browser never hides a tab: the page is told that it is hidden as the browser would tell it.
        const string hide =
            """
            hidden => {
              Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
              document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
            }
            """;
        await using var relay = await TestRelay.Start(Quiet, Script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.EvaluateAsync(hide, true);
            await visit.Page.Locator("#fifty").ClickAsync();
            await visit.Page.Clock.FastForwardAsync(60_000);
            Assert.Equal(50, (await visit.Queued()).Count);
            Assert.DoesNotContain(relay.Requests, request => request.IsEvents);
            await visit.Page.EvaluateAsync(hide, false);
            await relay.WaitForRecords(50);
        }, clock: true);
    }

    [Fact]
    public async Task The_queue_keeps_the_newest_five_hundred_records()
    {
        await using var relay = await TestRelay.Start(Quiet, Script);
        relay.Fault = TestRelay.Busy;
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Create.ClickAsync();
            for (var i = 0; i < 10; i++)
                await visit.Page.Locator("#fifty").ClickAsync();
            var queued = await visit.Queued();
            Assert.Equal(500, queued.Count);
            Assert.DoesNotContain(queued, record => record.Component == "create"); // the oldest
        });
    }
}
