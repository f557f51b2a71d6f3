// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>Browsers and servers that decide for the person: nothing is recorded, and the toggle says why.</summary>
public sealed class RefusalTests(Chromium chromium)
{
    /// <summary>Fills the storage to the last character. Chromium takes 5 Mi, names included.</summary>
    const string Fill =
        """
        () => {
          const used = Object.entries(localStorage).flat().join("").length;
          localStorage.full = "x".repeat(5 * 1024 * 1024 - used - 4);
        }
        """;

    [Theory]
    [InlineData("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });", "Global Privacy Control")]
    [InlineData("Object.defineProperty(navigator, 'doNotTrack', { value: '1' });", "Do Not Track")]
    [InlineData(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });", "keep your choice")]
    [InlineData("Object.defineProperty(window, 'localStorage', { value: null });", "keep your choice")]
    public async Task A_browser_that_refuses_gets_no_banner_and_only_the_settings_are_asked_for(
        string setUp, string reason)
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await ToggleIsDisabled(visit.Page, reason);
            await visit.Create.ClickAsync();
            await visit.Open(visit.Page);
            Assert.All(relay.Requests, request => Assert.Equal("/tallymark/settings", request.Path));
        }, setUp: setUp);
    }

    [Fact]
    public async Task A_sandboxed_frame_has_no_storage_and_records_nothing()
    {
        await using var relay = await TestRelay.Start(TestPage.Framed);
        await Visit.To(chromium, relay, async visit =>
        {
            await relay.WaitForRequests("settings", 2); // of the page and of the frame
            var frame = visit.Page.FrameLocator("iframe");
            await Assertions.Expect(frame.Locator("tallymark-toggle")).ToContainTextAsync("does not keep your choice");
            await Assertions.Expect(frame.GetByRole(AriaRole.Button, new() { Name = "OK" })).ToHaveCountAsync(0);
            await frame.GetByRole(AriaRole.Button, new() { Name = "Create prompt" }).ClickAsync();
            await visit.Open(visit.Page, "plain", started: false);
            Assert.Empty(relay.Posts);
        });
    }

    [Fact]
    public async Task A_full_storage_ends_the_recording_and_the_banner()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Page.EvaluateAsync(Fill);
            await visit.Ok.ClickAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await ToggleIsDisabled(visit.Page, "does not keep your choice");
            Assert.Empty(relay.Posts);
        });
    }

    [Fact]
    public async Task Storage_that_fills_up_later_ends_the_recording_and_what_waits_is_sent()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await FillLater(visit, relay);
            await visit.Page.Clock.FastForwardAsync(10_100);
            Assert.DoesNotContain(await relay.WaitForRecords(1), record => record.Event == "onClick");
            await visit.QueueIsEmpty();
        }, clock: true);
    }

    [Fact]
    public async Task Turn_off_is_kept_where_the_storage_is_full()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await FillLater(visit, relay);
            await visit.Toggle.ClickAsync();
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(visit.Page.Locator("tallymark-toggle")).ToContainTextAsync("until you turn it on");
            Assert.Equal(["full", "tallymark.mlflow.off"], (await visit.Stored()).Keys.Order(StringComparer.Ordinal));
            await visit.Open(visit.Page);
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
        }, clock: true);
    }

    [Fact]
    public async Task A_server_that_is_off_gets_no_banner_and_the_toggle_says_so()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        relay.On = false;
        await Visit.To(chromium, relay, async visit =>
        {
            await ToggleIsDisabled(visit.Page, "Turned off for everyone on this server.");
            Assert.Empty(await visit.Stored());
            Assert.Empty(relay.Posts);
        });
    }

    [Theory]
    [InlineData(404, "<!doctype html><title>Not found</title>")] // a proxy that does not forward the path
    [InlineData(200, "<!doctype html><title>Sign in</title>")]
    [InlineData(500, """{"on":true,"tool":"mlflow","scope":"00112233445566aa","notice":"A notice."}""")]
    [InlineData(200, "null")]
    [InlineData(200, """{"on":true,"tool":"mlflow","notice":"A notice."}""")]
    [InlineData(200, """{"on":false}""")]
    public async Task Without_valid_settings_nothing_is_recorded_until_they_come(int status, string body)
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        relay.Fault = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await ToggleIsDisabled(visit.Page, "the server does not answer");
            relay.Fault = null;
            await visit.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_visible_page_asks_a_server_that_hung_up_for_the_settings_again()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        relay.Fault = (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        await Visit.To(chromium, relay, async visit =>
        {
            await ToggleIsDisabled(visit.Page, "the server does not answer");
            relay.Fault = null;
            await visit.Page.Clock.FastForwardAsync(6_500);
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
        }, clock: true);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", true)]
    [InlineData("tracker.test", false)]
    public async Task It_works_on_plain_http_also_where_the_browser_has_no_secure_context(string host, bool secure)
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            Assert.Equal(secure, await visit.Page.EvaluateAsync<bool>("() => isSecureContext && !!crypto.subtle"));
            await visit.Agree(relay);
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            await visit.Create.ClickAsync();
            await visit.Open(visit.Page);
            Assert.Contains(await relay.WaitForRecords(3), record => record.Event == "onClick");
        }, host: host);
    }

    [Fact]
    public async Task It_works_below_a_path()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple, below: "/proxy/mlflow");
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Open(visit.Page);
            await relay.WaitForRecords(2);
        });
    }

    /// <summary>Agrees, and fills the storage when two records wait. The click after that is not recorded.</summary>
    static async Task FillLater(Visit visit, TestRelay relay)
    {
        await visit.Agree(relay);
        await visit.WaitForViews("mlflow.prompts.list.create", 1);
        await visit.WaitForViews("mlflow.prompts.list.leave", 1);
        await visit.Page.EvaluateAsync(Fill);
        await visit.Create.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("tallymark-toggle")).ToContainTextAsync("your browser has no room");
        await Assertions.Expect(visit.Toggle).ToBeEnabledAsync();
        await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
    }

    static async Task ToggleIsDisabled(IPage page, string reason)
    {
        var toggle = page.GetByRole(AriaRole.Switch);
        await Assertions.Expect(toggle).ToBeDisabledAsync();
        await Assertions.Expect(toggle).Not.ToBeCheckedAsync();
        await Assertions.Expect(page.Locator("tallymark-toggle")).ToContainTextAsync(reason);
        await Assertions.Expect(toggle).ToHaveAccessibleDescriptionAsync(await page.Locator("#note").InnerTextAsync());
        await toggle.DispatchEventAsync("click");
        await Assertions.Expect(toggle).Not.ToBeCheckedAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "OK" })).ToHaveCountAsync(0);
    }
}
