// SPDX-License-Identifier: MIT
// Accessibility of both pages: themes and their contrast, phones, the keyboard alone, no motion.

using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class ReadersTests(Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light, "Dark theme", "Light theme")]
    [InlineData(ColorScheme.Dark, "Light theme", "Dark theme")]
    public async Task The_page_follows_the_system_theme_until_the_reader_chooses_the_other(
        ColorScheme scheme, string offered, string back)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var page = visit.Page;
            var body = page.Locator("body");
            var before = await Colour.Of(body, "background-color");
            Assert.Equal(scheme == ColorScheme.Dark, before.Luminance < 0.2);
            await page.GetByRole(AriaRole.Button, new() { Name = offered }).ClickAsync();
            var chosen = await Colour.Of(body, "background-color");
            Assert.Equal(scheme == ColorScheme.Light, chosen.Luminance < 0.2);

            await page.GotoAsync(new Uri(server.Address, "maintainer").AbsoluteUri); // the other page has it too
            Assert.Equal(chosen, await Colour.Of(body, "background-color"));
            await page.GetByRole(AriaRole.Button, new() { Name = back }).ClickAsync();
            Assert.Equal(before, await Colour.Of(body, "background-color"));
            // The page follows the system again, so nothing is stored.
            Assert.Equal(0, await page.EvaluateAsync<int>("() => localStorage.length"));
        }, scheme);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_text_has_enough_contrast(ColorScheme scheme)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, new Uri(server.Address, "?period=2026-q4-provisional"), async visit =>
        {
            await visit.Shown();
            var paper = await Colour.Of(visit.Page.Locator("body"), "background-color");
            string[] texts =
                ["h1", ".lead", "label", "nav a", ".files", "figcaption p", "button.quiet", ".about dt", ".about dd"];
            foreach (var selector in texts)
            {
                var colour = await Colour.Of(visit.Page.Locator(selector).First, "color");
                Assert.True(colour.ContrastTo(paper) >= 4.5, selector);
            }

            // One chart of each kind.
            const string charts = "figure[data-dataset=usage]:not([data-column=Command]) svg text:not(:empty)";
            foreach (var text in await visit.Page.Locator(charts).AllAsync())
                Assert.True((await Colour.Of(text, "fill")).ContrastTo(paper) >= 4.5, await text.TextContentAsync());
            foreach (var selector in new[] { ".notice", ".badge" })
            {
                var place = visit.Page.Locator(selector).First;
                var background = await Colour.Of(place, "background-color");
                Assert.True((await Colour.Of(place, "color")).ContrastTo(background) >= 4.5, selector);
            }
        }, scheme);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(320)]
    [InlineData(768)]
    public async Task The_pages_fit_a_narrow_screen(int width)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, new Uri(server.Address, "?period=2026-q4-provisional"), async visit =>
        {
            await visit.Shown();
            await Fits(visit.Page, width);
            await visit.Screenshot($"phone-{width}");
            foreach (var table in await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Table:" }).AllAsync())
                await table.ClickAsync();
            await Fits(visit.Page, width);
            await visit.Page.SetViewportSizeAsync(1100, 700); // wider now: the charts follow
            foreach (var table in await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Table:" }).AllAsync())
                await table.ClickAsync();
            await Assertions.Expect(visit.Page.Locator("figure[data-dataset=usage] svg").First)
                .ToHaveAttributeAsync("width", "1020");
        }, width: width, height: 700);

        server.Live.Record("install", 3);
        server.Live.Drop("unknown-field", 1234567);
        await Visit.To(chromium, new Uri(server.Address, "maintainer"), async visit =>
        {
            await Fits(visit.Page, width);
            await visit.Page.Locator("#token").FillAsync(LiveView.Token);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await visit.Page.Locator("#minute svg").WaitForAsync();
            await Fits(visit.Page, width);
            await visit.Screenshot($"maintainer-phone-{width}");
        }, width: width, height: 700);
    }

    [Fact]
    public async Task The_keyboard_reaches_every_control_in_page_order_with_a_visible_focus()
    {
        using var published = Published.Kmpkg();
        published.Tool("mlnet", "ML.NET");
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var controls = await Controls(visit.Page);
            Assert.True(controls.Count > 20, $"Only {controls.Count} controls were found.");
            Assert.Equal(controls, await Tabbed(visit.Page, controls.Count));

            // Everything that a mouse can do: show a table, and all bars of a long chart.
            await visit.Page.Locator("figure[data-column=Country] .quiet").FocusAsync();
            await visit.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visit.Page.Locator("figure[data-column=Country] table")).ToBeVisibleAsync();
            await visit.Page.Keyboard.PressAsync("Space");
            await Assertions.Expect(visit.Page.Locator("figure[data-column=Country] table")).ToBeHiddenAsync();
            await visit.Page.Keyboard.PressAsync("Tab");
            await visit.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visit.Page.Locator("figure[data-column=Country] .more")).ToHaveCountAsync(0);
            await Assertions.Expect(visit.Page.Locator("figure[data-column=Country] .quiet")).ToBeFocusedAsync();
        });
        await Visit.To(chromium, new Uri(server.Address, "maintainer"), async visit =>
        {
            await Assertions.Expect(visit.Page.Locator("#token")).ToBeFocusedAsync();
            await visit.Page.Keyboard.TypeAsync(LiveView.Token);
            await visit.Page.Keyboard.PressAsync("Enter");
            await visit.Page.Locator("#minute svg").WaitForAsync();
            var controls = await Controls(visit.Page);
            Assert.Equal(["theme", "forget"], controls, StringComparer.Ordinal);
            Assert.Equal(controls, await Tabbed(visit.Page, controls.Count));
        });
    }

    [Fact]
    public async Task Nothing_moves_for_readers_who_prefer_reduced_motion()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            const string scrolling = "() => getComputedStyle(document.documentElement).scrollBehavior";
            Assert.Equal("smooth", await visit.Page.EvaluateAsync<string>(scrolling));
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
            Assert.Equal("auto", await visit.Page.EvaluateAsync<string>(scrolling));
        });
    }

    static async Task Fits(IPage page, int width) =>
        Assert.Equal(
            width, await page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, innerWidth)"));

    /// <summary>The names of all controls, in document order.</summary>
    static async Task<List<string>> Controls(IPage page) =>
        [.. await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('a[href], button, select, input, summary')]" +
            $".filter(e => e.checkVisibility()).map({Name})")];

    /// <summary>The controls that the Tab key reaches; each must show the focus.</summary>
    static async Task<List<string>> Tabbed(IPage page, int steps)
    {
        await page.EvaluateAsync("() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); }");
        await page.Locator("h1").ClickAsync();
        await page.EvaluateAsync(
            "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }");
        var reached = new List<string>();
        for (var i = 0; i < steps; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var focus = page.Locator(":focus");
            reached.Add(await focus.EvaluateAsync<string>(Name));
            Assert.Equal("solid", await focus.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
        }

        return reached;
    }

    const string Name = "e => e.id || e.getAttribute('aria-label') || e.getAttribute('href') || e.textContent";
}
