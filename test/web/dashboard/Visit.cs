// SPDX-License-Identifier: MIT
// One visit of a page in its own browser context. It fails if the page contacts another host, breaks its policy or
// throws.

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

sealed class Visit
{
    readonly ConcurrentQueue<string> _requests = new();
    readonly ConcurrentQueue<string> _foreign = new();
    readonly ConcurrentQueue<string> _errors = new();

    Visit(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>Every requested address, in order.</summary>
    public ConcurrentQueue<string> Requests => _requests;

    /// <summary>Opens the page, runs the test, and then checks the rules for every visit.</summary>
    public static async Task To(
        Chromium chromium, Uri address, Func<Visit, Task> test, ColorScheme scheme = ColorScheme.Light,
        int width = 1200, int height = 800, Func<IPage, Task>? before = null)
    {
        await using var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "de-DE", // must not change numbers and days
            TimezoneId = "Pacific/Auckland", // must not move a day to the next one
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var visit = new Visit(page);
        await context.RouteAsync("**/*", route => visit.Watch(route, address));
        page.PageError += (_, error) => visit._errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                visit._errors.Enqueue(message.Text);
        };
        if (before is not null)
            await before(page);
        await page.GotoAsync(address.AbsoluteUri);
        EntryPointLog.Record(EntryPoint.Page);
        await test(visit);
        Assert.Empty(visit._foreign);
        Assert.Empty(visit._errors);
    }

    /// <summary>Waits until the public page has shown everything.</summary>
    public Task Shown() => Page.Locator("#content:not([aria-busy])").WaitForAsync();

    /// <summary>Saves a screenshot in the folder that TALLYMARK_SCREENSHOTS names, if it is set.</summary>
    public async Task Screenshot(string name)
    {
        if (Environment.GetEnvironmentVariable("TALLYMARK_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    Task Watch(IRoute route, Uri home)
    {
        var requested = new Uri(route.Request.Url);
        _requests.Enqueue(requested.AbsoluteUri);
        var isHome = string.Equals(requested.Authority, home.Authority, StringComparison.Ordinal);
        if (isHome || requested.Scheme is "data" or "blob")
            return route.ContinueAsync();
        _foreign.Enqueue(requested.AbsoluteUri);
        return route.AbortAsync();
    }
}
