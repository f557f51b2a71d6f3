// SPDX-License-Identifier: MIT
// The maintainer's page: nothing without the token, the last minute with it, and a clear state without an answer.

using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class MaintainerPageTests(Chromium chromium) : IAsyncLifetime
{
    readonly Published _published = new();
    PageServer? _server;

    PageServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    Uri Address => new(Server.Address, "maintainer");

    public async ValueTask InitializeAsync() => _server = await PageServer.Start(_published.Folder);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _published.Dispose();
    }

    [Fact]
    public async Task A_wrong_token_is_refused_with_a_reason_and_the_form_stays() =>
        await Visit.To(chromium, Address, async visit =>
    {
        foreach (var wrong in new[] { "guess", "with a space", "naïve" })
        {
            await SignIn(visit.Page, wrong);
            await Assertions.Expect(visit.Page.Locator("#refusal")).ToContainTextAsync("Invalid token.");
            await Assertions.Expect(visit.Page.Locator("#token")).ToBeFocusedAsync();
            await Assertions.Expect(visit.Page.Locator("#view")).ToBeHiddenAsync();
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => sessionStorage.length"));
        }

        await visit.Screenshot("maintainer-refused");
        await SignIn(visit.Page, LiveView.Token);
        await visit.Page.Locator("#minute svg").WaitForAsync();
        await Assertions.Expect(visit.Page.Locator("#refusal")).ToBeHiddenAsync();
    });

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_minute_is_drawn_as_columns_proportional_to_their_events(ColorScheme scheme)
    {
        for (var second = 1; second <= 60; second++)
        {
            Server.Live.Record("install", 1 + second % 5, failures: second % 10 == 0 ? 2 : 0, secondsAgo: second);
            Server.Live.Record("list", second % 3, secondsAgo: second);
            Server.Live.Record("search", second % 7 == 0 ? 4 : 0, secondsAgo: second);
        }

        Server.Live.Drop("unknown-field", 2);
        Server.Live.Drop("duplicate", 13);
        await Visit.To(chromium, Address, async visit =>
        {
            await SignIn(visit.Page, LiveView.Token);
            await visit.Page.Locator("#minute svg").WaitForAsync();
            await visit.Screenshot($"maintainer-{scheme}");
            var unit = (await Column(visit.Page, "event-install")).Max() / 5;
            Assert.True(unit > 5, "A column is too low to compare by eye.");
            var installs = await Column(visit.Page, "event-install");
            for (var second = 1; second <= 60; second++)
                Assert.Equal((1 + second % 5) * unit, installs[60 - second], 0.5);
            Assert.Equal(40, (await Column(visit.Page, "event-list")).Length);
            Assert.Equal(60 * unit, (await Column(visit.Page, "event-list")).Sum(), 0.5);
            Assert.Equal(32 * unit, (await Column(visit.Page, "event-search")).Sum(), 0.5);
            Assert.Equal(12 * unit, (await Column(visit.Page, "minute-failures")).Sum(), 0.5);
            await Assertions.Expect(Row(visit.Page, "install")).ToHaveTextAsync("180");
            await Assertions.Expect(Row(visit.Page, "failures")).ToHaveTextAsync("12");
        }, scheme);
    }

    [Fact]
    public async Task New_events_raise_the_columns() => await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 2);
        await SignIn(visit.Page, LiveView.Token);
        await Assertions.Expect(Row(visit.Page, "install")).ToHaveTextAsync("2");
        var before = Assert.Single(await Column(visit.Page, "event-install"));
        Server.Live.Record("install", 2);
        await Assertions.Expect(Row(visit.Page, "install")).ToHaveTextAsync("4");
        Assert.Equal(before * 2, Assert.Single(await Column(visit.Page, "event-install")), 0.5);
        Server.Live.Record("remove", 1, failures: 1, secondsAgo: 30);
        await Assertions.Expect(Row(visit.Page, "remove")).ToHaveTextAsync("1");
        Assert.Equal(before / 2, Assert.Single(await Column(visit.Page, "event-remove")), 0.5);
        await Assertions.Expect(Row(visit.Page, "all")).ToHaveTextAsync("5");
    });

    [Fact]
    public async Task The_counters_are_shown_as_a_checked_sum_and_drops_with_their_reasons() =>
        await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 118);
        Server.Live.Drop("unknown-field", 2);
        Server.Live.Drop("something-new", 1);
        await SignIn(visit.Page, LiveView.Token);
        await Assertions.Expect(visit.Page.Locator(".equation"))
            .ToHaveTextAsync("121 received = 118 stored + 3 dropped + 0 refused + 0 pending");
        await Assertions.Expect(visit.Page.Locator(".verdict")).ToHaveTextAsync("The counters add up.");
        await Assertions.Expect(visit.Page.Locator("[data-reason=unknown-field]"))
            .ToContainTextAsync("the manifest has no such field in this event");
        await Assertions.Expect(visit.Page.Locator("[data-reason=something-new] td").Last).ToHaveTextAsync("1");

        Server.Live.Lose(5);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The counters do not add up: 5 events missing.");
    });

    [Fact]
    public async Task The_token_is_not_in_addresses_or_permanent_storage() =>
        await Visit.To(chromium, Address, async visit =>
    {
        await SignIn(visit.Page, LiveView.Token);
        await visit.Page.Locator("#minute svg").WaitForAsync();
        Assert.DoesNotContain(LiveView.Token, visit.Page.Url, StringComparison.Ordinal);
        Assert.Contains(visit.Requests, address => address.Contains("v1/live", StringComparison.Ordinal));
        Assert.All(visit.Requests, address => Assert.DoesNotContain(LiveView.Token, address, StringComparison.Ordinal));
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length"));
        await Assertions.Expect(visit.Page.Locator("#token")).ToHaveValueAsync("");

        await visit.Page.ReloadAsync(); // this tab keeps the token
        await visit.Page.Locator("#minute svg").WaitForAsync();
        var another = await visit.Page.Context.NewPageAsync(); // another tab does not have it
        await another.GotoAsync(Address.AbsoluteUri);
        await Assertions.Expect(another.Locator("#token")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#token")).ToBeVisibleAsync();
    });

    [Fact]
    public async Task A_collector_that_does_not_respond_is_reported_and_retried() =>
        await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 2);
        await SignIn(visit.Page, LiveView.Token);
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
        Server.Live.Unreachable = true;
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("does not respond");
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("The numbers below are from 10:51:21 UTC.");
        await Assertions.Expect(visit.Page.Locator(".numbers")).ToHaveCSSAsync("opacity", "0.45");
        await visit.Screenshot("maintainer-unreachable");
        Server.Live.Record("install", 1);
        Server.Live.Unreachable = false;
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
        await Assertions.Expect(Row(visit.Page, "install")).ToHaveTextAsync("3");
    });

    [Fact]
    public async Task No_events_since_the_start_and_none_in_the_last_minute_are_different_states() =>
        await Visit.To(chromium, Address, async visit =>
    {
        await SignIn(visit.Page, LiveView.Token);
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("No events received yet");
        Server.Live.Drop("malformed", 1);
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("No events in the last minute");
        Server.Live.Record("install");
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
    });

    [Fact]
    public async Task A_hidden_tab_sends_no_requests_and_continues_when_it_is_visible_again() =>
        await Visit.To(chromium, Address, async visit =>
    {
        var page = visit.Page;
        Server.Live.Record("install");
        await SignIn(page, LiveView.Token);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Live.");
        await Hide(page, hidden: true);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Paused while this tab is hidden.");
        var asked = Server.Live.Requests;
        await page.Clock.RunForAsync(60_000); // a minute of the page's clock
        Assert.Equal(asked, Server.Live.Requests);
        Server.Live.Record("install");
        await Hide(page, hidden: false);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Live.");
        await Assertions.Expect(Row(page, "install")).ToHaveTextAsync("2");
        asked = Server.Live.Requests;
        var next = page.WaitForResponseAsync(response => response.Url.Contains("v1/live", StringComparison.Ordinal));
        await page.Clock.RunForAsync(1_100);
        await next;
        Assert.Equal(asked + 1, Server.Live.Requests);
    }, before: page => page.Clock.InstallAsync());

    static async Task SignIn(IPage page, string token)
    {
        await page.Locator("#token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    static ILocator State(IPage page) => page.Locator("#state");

    static ILocator Row(IPage page, string name) => page.Locator($"#events tr[data-row={name}] td");

    /// <summary>The heights of an event's segments, from left to right.</summary>
    static async Task<double[]> Column(IPage page, string name) => JsonSerializer.Deserialize<double[]>(
        await page.Locator("#minute").EvaluateAsync<string>( // not the chart, which is replaced every second
            """
            (chart, name) => JSON.stringify([...chart.querySelectorAll(`.${name} rect`)]
              .map(rect => rect.getBoundingClientRect()).sort((a, b) => a.left - b.left).map(rect => rect.height))
            """, name)) ?? [];

    static Task Hide(IPage page, bool hidden) => page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """, hidden);
}
