// SPDX-License-Identifier: MIT
// The maintainer's page: nothing without the token, the last minute with it, and the truth when there is no answer.

using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class MaintainerPageTests(Chromium chromium) : IAsyncLifetime
{
    readonly Published _published = new();
    PageServer? _server;

    PageServer Server => _server ?? throw new InvalidOperationException("It is not started yet.");

    Uri Address => new(Server.Address, "maintainer");

    public async ValueTask InitializeAsync() => _server = await PageServer.Start(_published.Folder);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _published.Dispose();
    }

    [Fact]
    public async Task A_wrong_token_is_refused_with_a_reason_and_asked_for_again() => await Visit.To(chromium, Address, async visit =>
    {
        foreach (var wrong in new[] { "guess", "with a space", "naïve" })
        {
            await Enter(visit.Page, wrong);
            await Assertions.Expect(visit.Page.Locator("#refusal")).ToContainTextAsync("does not take this token");
            await Assertions.Expect(visit.Page.Locator("#token")).ToBeFocusedAsync();
            await Assertions.Expect(visit.Page.Locator("#view")).ToBeHiddenAsync();
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => sessionStorage.length"));
        }

        await visit.Picture("maintainer-refused");
        await Enter(visit.Page, LiveView.Token);
        await visit.Page.Locator("#minute svg").WaitForAsync();
        await Assertions.Expect(visit.Page.Locator("#refusal")).ToBeHiddenAsync();
    });

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_minute_is_drawn_as_columns_as_high_as_their_events(ColorScheme scheme)
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
            await Enter(visit.Page, LiveView.Token);
            await visit.Page.Locator("#minute svg").WaitForAsync();
            await visit.Picture($"maintainer-{scheme}");
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
    public async Task New_events_make_the_columns_grow() => await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 2);
        await Enter(visit.Page, LiveView.Token);
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
    public async Task The_counters_stand_as_a_sum_that_is_checked_and_drops_have_their_reasons() => await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 118);
        Server.Live.Drop("unknown-field", 2);
        Server.Live.Drop("something-new", 1);
        await Enter(visit.Page, LiveView.Token);
        await Assertions.Expect(visit.Page.Locator(".equation")).ToHaveTextAsync("121 received = 118 stored + 3 dropped + 0 refused + 0 pending");
        await Assertions.Expect(visit.Page.Locator(".verdict")).ToHaveTextAsync("The counters add up.");
        await Assertions.Expect(visit.Page.Locator("[data-reason=unknown-field]")).ToContainTextAsync("it has a field that its event has not");
        await Assertions.Expect(visit.Page.Locator("[data-reason=something-new] td").Last).ToHaveTextAsync("1");

        Server.Live.Lose(5);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The counters do not add up: 5 missing.");
    });

    [Fact]
    public async Task The_token_is_in_no_address_and_in_no_lasting_storage() => await Visit.To(chromium, Address, async visit =>
    {
        await Enter(visit.Page, LiveView.Token);
        await visit.Page.Locator("#minute svg").WaitForAsync();
        Assert.DoesNotContain(LiveView.Token, visit.Page.Url, StringComparison.Ordinal);
        Assert.Contains(visit.Requests, address => address.Contains("v1/live", StringComparison.Ordinal));
        Assert.All(visit.Requests, address => Assert.DoesNotContain(LiveView.Token, address, StringComparison.Ordinal));
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length"));
        await Assertions.Expect(visit.Page.Locator("#token")).ToHaveValueAsync("");

        await visit.Page.ReloadAsync(); // the tab keeps it
        await visit.Page.Locator("#minute svg").WaitForAsync();
        var another = await visit.Page.Context.NewPageAsync(); // another tab does not have it
        await another.GotoAsync(Address.AbsoluteUri);
        await Assertions.Expect(another.Locator("#token")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Forget token" }).ClickAsync();
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#token")).ToBeVisibleAsync();
    });

    [Fact]
    public async Task A_collector_that_does_not_answer_is_named_and_asked_until_it_does() => await Visit.To(chromium, Address, async visit =>
    {
        Server.Live.Record("install", 2);
        await Enter(visit.Page, LiveView.Token);
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
        Server.Live.Unreachable = true;
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("does not answer");
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("The numbers below are of 10:51:21 UTC.");
        await Assertions.Expect(visit.Page.Locator(".numbers")).ToHaveCSSAsync("opacity", "0.45");
        await visit.Picture("maintainer-unreachable");
        Server.Live.Record("install", 1);
        Server.Live.Unreachable = false;
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
        await Assertions.Expect(Row(visit.Page, "install")).ToHaveTextAsync("3");
    });

    [Fact]
    public async Task No_events_yet_and_none_in_the_minute_are_told_apart() => await Visit.To(chromium, Address, async visit =>
    {
        await Enter(visit.Page, LiveView.Token);
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("No event has come yet");
        Server.Live.Drop("malformed", 1);
        await Assertions.Expect(State(visit.Page)).ToContainTextAsync("No event in the last minute");
        Server.Live.Record("install");
        await Assertions.Expect(State(visit.Page)).ToHaveTextAsync("Live.");
    });

    [Fact]
    public async Task A_hidden_tab_asks_nothing_and_goes_on_when_it_is_seen_again() => await Visit.To(chromium, Address, async visit =>
    {
        var page = visit.Page;
        Server.Live.Record("install");
        await Enter(page, LiveView.Token);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Live.");
        await Hide(page, hidden: true);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Paused while this tab is hidden.");
        var asked = Server.Live.Questions;
        await page.Clock.RunForAsync(60_000); // a minute of the page's own time
        Assert.Equal(asked, Server.Live.Questions);
        Server.Live.Record("install");
        await Hide(page, hidden: false);
        await Assertions.Expect(State(page)).ToHaveTextAsync("Live.");
        await Assertions.Expect(Row(page, "install")).ToHaveTextAsync("2");
        asked = Server.Live.Questions;
        var next = page.WaitForResponseAsync(response => response.Url.Contains("v1/live", StringComparison.Ordinal));
        await page.Clock.RunForAsync(1_100);
        await next;
        Assert.Equal(asked + 1, Server.Live.Questions);
    }, before: page => page.Clock.InstallAsync());

    static async Task Enter(IPage page, string token)
    {
        await page.Locator("#token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Watch" }).ClickAsync();
    }

    static ILocator State(IPage page) => page.Locator("#state");

    static ILocator Row(IPage page, string name) => page.Locator($"#events tr[data-row={name}] td");

    /// <summary>The heights of one colour's part of each column, from left to right.</summary>
    static async Task<double[]> Column(IPage page, string name) => JsonSerializer.Deserialize<double[]>(
        await page.Locator("#minute").EvaluateAsync<string>( // not the chart, which is another one each second
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
