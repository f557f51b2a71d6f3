// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>
/// One person's browser at the test server's page: its own storage and cookies, any number of tabs. After the test it
/// checks that no page contacted another host, broke its policy, threw, or set a cookie.
/// </summary>
sealed class Visit
{
    readonly ConcurrentQueue<string> _errors = new();
    readonly IBrowserContext _context;
    readonly Uri _home;

    Visit(IBrowserContext context, Uri home)
    {
        _context = context;
        _home = home;
    }

    /// <summary>The first tab.</summary>
    public IPage Page { get; private set; } = null!;

    public IBrowserContext Context => _context;

    public ILocator Ok => Page.GetByRole(AriaRole.Button, new() { Name = "OK" });
    public ILocator TurnOff => Page.GetByRole(AriaRole.Button, new() { Name = "Turn off" });
    public ILocator Toggle => Page.GetByRole(AriaRole.Switch, new() { Name = "Share anonymous usage data" });
    public ILocator Create => Page.GetByRole(AriaRole.Button, new() { Name = "Create prompt" });

    /// <summary>Opens the page, runs the test, then checks the rules.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="relay">The server.</param>
    /// <param name="test">The test.</param>
    /// <param name="host">The host name of the page, with the server's port.</param>
    /// <param name="setUp">JavaScript that runs before each page's own.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="clock">Whether the test moves the clock of the first tab.</param>
    public static async Task To(
        Chromium chromium, TestRelay relay, Func<Visit, Task> test, string host = "127.0.0.1", string setUp = "",
        ColorScheme scheme = ColorScheme.Light, int width = 1280, bool clock = false)
    {
        await using var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            Locale = "de-DE",
            TimezoneId = "Pacific/Auckland",
        });
        context.SetDefaultTimeout(30_000);
        var visit = new Visit(context, new UriBuilder(relay.Address) { Host = host }.Uri);
        if (setUp != "")
            await context.AddInitScriptAsync(setUp);
        visit.Page = await context.NewPageAsync();
        if (clock)
            await visit.Page.Clock.InstallAsync();
        await visit.Open(visit.Page);
        await test(visit);
        Assert.Empty(visit._errors);
        Assert.Empty(await context.CookiesAsync());
    }

    /// <summary>Opens the page in another tab.</summary>
    public async Task<IPage> NewTab()
    {
        var tab = await _context.NewPageAsync();
        await Open(tab);
        return tab;
    }

    /// <summary>Opens a page in its tab, again if it is open. Returns when its settings have come.</summary>
    /// <param name="tab">The tab.</param>
    /// <param name="path">The page below the page's folder.</param>
    /// <param name="started">Whether the page has the SDK.</param>
    public async Task Open(IPage tab, string path = "", bool started = true)
    {
        if (tab.Url == "about:blank")
            Observe(tab);
        await tab.GotoAsync(new Uri(_home, path).AbsoluteUri);
        if (started)
            await Started(tab);
    }

    /// <summary>Waits until the page has acted on its settings.</summary>
    public static Task Started(IPage tab) => tab.WaitForFunctionAsync(
        "async () => (await import(new URL('tallymark/tally.js', document.baseURI).href)).tally.settings");

    /// <summary>The page's localStorage.</summary>
    public Task<Dictionary<string, string>> Stored() => Page.EvaluateAsync<Dictionary<string, string>>(
        "() => Object.fromEntries(Object.entries(localStorage))");

    /// <summary>The records of this page's component in the queue.</summary>
    public async Task<IReadOnlyList<PageRecord>> Views(string component) =>
        [.. (await Queued()).Where(record => record.Component == component && record.Event == "onView")];

    /// <summary>The records in the queue.</summary>
    public async Task<IReadOnlyList<PageRecord>> Queued()
    {
        var records = (await Stored()).Where(entry => entry.Key.Contains(".queue.", StringComparison.Ordinal));
        return PageRecord.AllOf($$"""{"records":[{{string.Join(',', records.Select(entry => entry.Value))}}]}""");
    }

    /// <summary>Waits until the queue has so many views of a component.</summary>
    public Task WaitForViews(string component, int count) => Page.WaitForFunctionAsync(
        """
        ([component, count]) => Object.values(localStorage).filter((text) =>
          text.includes('"onView"') && text.includes(`"component":"${component}"`)).length >= count
        """, new object[] { component, count });

    /// <summary>Waits until no record waits.</summary>
    public Task QueueIsEmpty() => QueueHas(0);

    /// <summary>Waits until so many records wait and no tab sends.</summary>
    public Task QueueHas(int count) => Page.WaitForFunctionAsync(
        """
        (count) => !localStorage["tallymark.mlflow.lease"]
          && Object.keys(localStorage).filter((key) => key.startsWith("tallymark.mlflow.queue.")).length === count
        """, count);

    /// <summary>Waits for another pause than the last one; returns its rest and its length in milliseconds.</summary>
    public async Task<(double Wait, double Pause)> PauseAfter(int last)
    {
        var pause = await Page.WaitForFunctionAsync(
            """
            (last) => {
              const [owner, until, pause] = (localStorage["tallymark.mlflow.lease"] ?? "").split(" ");
              return owner === "-" && Number(pause) > last && [until - Date.now(), Number(pause)];
            }
            """, last);
        var numbers = await pause.JsonValueAsync<double[]>();
        return (numbers[0], numbers[1]);
    }

    /// <summary>Presses OK in the banner and waits until the relay has recorded it.</summary>
    public async Task Agree(TestRelay relay)
    {
        await Ok.ClickAsync();
        await relay.WaitForRequests("seen");
        await Page.WaitForFunctionAsync(
            "() => localStorage['tallymark.mlflow.told'] && !localStorage['tallymark.mlflow.lease']");
    }

    /// <summary>Saves a screenshot in the folder that TALLYMARK_SCREENSHOTS names, if it is set.</summary>
    public async Task Screenshot(string name)
    {
        if (Environment.GetEnvironmentVariable("TALLYMARK_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"sdk-{name}.png") });
    }

    void Observe(IPage tab)
    {
        tab.PageError += (_, error) => _errors.Enqueue(error);
        tab.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                _errors.Enqueue(message.Text);
        };
        tab.Request += (_, request) =>
        {
            if (!string.Equals(new Uri(request.Url).Authority, _home.Authority, StringComparison.Ordinal))
                _errors.Enqueue($"request to {request.Url}");
        };
    }
}
