// SPDX-License-Identifier: MIT
// One visit of a page in a browser of its own. No visit may ask another host, break the page's policy or throw in it.

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

sealed class Visit
{
    readonly ConcurrentQueue<string> _requests = new();
    readonly ConcurrentQueue<string> _foreign = new();
    readonly ConcurrentQueue<string> _mistakes = new();

    Visit(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>Every address that was asked for, in order.</summary>
    public ConcurrentQueue<string> Requests => _requests;

    /// <summary>Opens the page, does the test's part, and then holds what every visit must keep.</summary>
    public static async Task To(
        Chromium chromium, Uri address, Func<Visit, Task> test, ColorScheme scheme = ColorScheme.Light, int width = 1200, int height = 800,
        Func<IPage, Task>? before = null)
    {
        await using var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "de-DE", // numbers and days must not follow it
            TimezoneId = "Pacific/Auckland", // a day must not become the next one
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var visit = new Visit(page);
        await context.RouteAsync("**/*", route => visit.Watch(route, address));
        page.PageError += (_, error) => visit._mistakes.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                visit._mistakes.Enqueue(message.Text);
        };
        if (before is not null)
            await before(page);
        await page.GotoAsync(address.AbsoluteUri);
        Doors.Pass(Door.Page);
        await test(visit);
        Assert.Empty(visit._foreign);
        Assert.Empty(visit._mistakes);
    }

    /// <summary>Waits until the public page has shown all it has.</summary>
    public Task Shown() => Page.Locator("#content:not([aria-busy])").WaitForAsync();

    /// <summary>Keeps a picture in the folder that TALLYMARK_SCREENSHOTS names, for somebody who wants to look.</summary>
    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("TALLYMARK_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    Task Watch(IRoute route, Uri home)
    {
        var asked = new Uri(route.Request.Url);
        _requests.Enqueue(asked.AbsoluteUri);
        if (asked.Scheme is "data" or "blob" || string.Equals(asked.Authority, home.Authority, StringComparison.Ordinal))
            return route.ContinueAsync();
        _foreign.Enqueue(asked.AbsoluteUri);
        return route.AbortAsync();
    }
}
