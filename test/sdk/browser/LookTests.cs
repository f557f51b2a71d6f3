// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>Banner and toggle for every person: contrast, keyboard, small screens, reduced motion.</summary>
public sealed class LookTests(Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 320)]
    [InlineData(ColorScheme.Dark, 1280)]
    public async Task The_checker_finds_nothing_in_any_state(ColorScheme scheme, int width)
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await Check(visit, $"banner-{scheme}-{width}");
            await visit.Agree(relay);
            await Check(visit, $"on-{scheme}-{width}");
            await visit.Toggle.ClickAsync();
            await Check(visit, $"off-{scheme}-{width}");
            relay.On = false;
            await visit.Open(visit.Page);
            await Check(visit, $"server-{scheme}-{width}");
        }, scheme: scheme, width: width);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Shapes_have_enough_contrast_too(ColorScheme scheme)
    {
        // The checker judges texts only. 3:1 for what shows a state or a focus (WCAG 2.2, 1.4.11).
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            var paper = await Colour.Of(visit.Page.Locator("body"), "background-color");
            var card = visit.Page.Locator("tallymark-banner section");
            var surface = await Colour.Of(card, "background-color");
            await visit.Page.Keyboard.PressAsync("Tab"); // the banner is first: "Read more"
            var ring = await Colour.Of(card.Locator("a").First, "outline-color");
            Assert.True(ring.ContrastTo(surface) >= 3);
            Assert.True(ring.ContrastTo(paper) >= 3); // the toggle's
            foreach (var text in await card.Locator("b, p, a, button").AllAsync())
                Assert.True((await Colour.Of(text, "color")).ContrastTo(surface) >= 4.5, await text.InnerTextAsync());

            var track = visit.Page.Locator("tallymark-toggle s");
            Assert.True((await Colour.Of(track, "border-top-color")).ContrastTo(paper) >= 3);
            await visit.Agree(relay);
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await Settled(visit);
            var on = await Colour.Of(track, "background-color");
            Assert.True(on.ContrastTo(paper) >= 3);
            var thumb = await track.EvaluateAsync<string>("e => getComputedStyle(e, '::after').backgroundColor");
            Assert.Equal(scheme == ColorScheme.Light ? "rgb(255, 255, 255)" : "rgb(20, 23, 26)", thumb);
            Assert.True((scheme == ColorScheme.Light ? new Colour(255, 255, 255) : new Colour(20, 23, 26))
                .ContrastTo(on) >= 3);
        }, scheme: scheme);
    }

    [Fact]
    public async Task The_keyboard_reaches_and_answers_everything_and_the_focus_returns()
    {
        await using var relay = await TestRelay.Start(
            """<input aria-label="Search" autofocus>""" + TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            var search = visit.Page.GetByLabel("Search");
            await search.FocusAsync();
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await Assertions.Expect(search).ToBeFocusedAsync(); // the banner takes no focus
            foreach (var name in new[] { "Read more", "Report a leak", "Turn off", "OK" })
            {
                await visit.Page.Keyboard.PressAsync("Tab");
                var focused = visit.Page.Locator("tallymark-banner :focus");
                await Assertions.Expect(focused).ToHaveTextAsync(name);
                await HasRing(focused);
            }

            await visit.Screenshot("focus-banner");

            await visit.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visit.Ok).ToHaveCountAsync(0);
            await Assertions.Expect(search).ToBeFocusedAsync();

            for (var i = 0; i < 3; i++)
                await visit.Page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(visit.Toggle).ToBeFocusedAsync();
            await HasRing(visit.Toggle);
            await visit.Screenshot("focus-toggle");
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await visit.Page.Keyboard.PressAsync("Space");
            await Assertions.Expect(visit.Toggle).Not.ToBeCheckedAsync();
            await Assertions.Expect(visit.Toggle).ToHaveAccessibleDescriptionAsync(
                new Regex("^Nothing is recorded until you turn it on", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await visit.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visit.Toggle).ToBeCheckedAsync();
            await Assertions.Expect(visit.Toggle).ToBeFocusedAsync();
        });
    }

    [Fact]
    public async Task Nothing_moves_for_people_who_prefer_reduced_motion()
    {
        const string moving =
            """
            () => [...document.querySelectorAll("tallymark-banner, tallymark-toggle")].flatMap((e) =>
              [...e.shadowRoot.querySelectorAll("*")].map((part) => getComputedStyle(part)))
              .filter((style) => style.animationName !== "none" || style.transitionDuration !== "0s").length
            """;
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            Assert.True(await visit.Page.EvaluateAsync<int>(moving) > 0);
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>(moving));
        });
    }

    [Fact]
    public async Task The_switch_shows_its_state_where_colours_are_forced()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ForcedColors = ForcedColors.Active });
            await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
            await Settled(visit);
            await visit.Screenshot("forced-banner");
            foreach (var press in new[] { visit.Ok, visit.Toggle })
            {
                var (track, thumb) = await Switch(visit);
                Assert.NotEqual(track, thumb);
                await press.ClickAsync();
                await Settled(visit);
                Assert.NotEqual((track, thumb), await Switch(visit));
            }
        });

        static async Task<(string Track, string Thumb)> Switch(Visit visit)
        {
            var track = visit.Page.Locator("tallymark-toggle s");
            return (await track.EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor"),
                await track.EvaluateAsync<string>("e => getComputedStyle(e, '::after').backgroundColor"));
        }
    }

    [Fact]
    public async Task Targets_are_large_enough_and_the_banner_can_be_put_elsewhere()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            foreach (var target in new[] { visit.Ok, visit.TurnOff, visit.Toggle })
                Assert.True((await target.BoundingBoxAsync())!.Height >= 24); // WCAG 2.2, 2.5.8
            await visit.Page.SetViewportSizeAsync(320, 256); // 1280 x 1024 at 400 % (WCAG 2.2, 1.4.10)
            Assert.True((await visit.Page.Locator("section[aria-label]").BoundingBoxAsync())!.Y >= 0);
            await visit.Ok.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(visit.Ok).ToBeInViewportAsync();
            await visit.Screenshot("low");

            var banner = visit.Page.Locator("tallymark-banner");
            const string position = "e => getComputedStyle(e).position";
            Assert.Equal("fixed", await banner.EvaluateAsync<string>(position)); // the policy allowed the style sheet
            await visit.Page.EvaluateAsync(
                "() => document.styleSheets[0].insertRule('tallymark-banner { position: static }')");
            Assert.Equal("static", await banner.EvaluateAsync<string>(position));
        }, width: 320);
    }

    static async Task HasRing(ILocator element)
    {
        Assert.Equal("solid", await element.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
        Assert.Equal("2px", await element.EvaluateAsync<string>("e => getComputedStyle(e).outlineWidth"));
    }

    /// <summary>Waits until nothing moves any more.</summary>
    static Task Settled(Visit visit) => visit.Page.EvaluateAsync(
        """
        () => Promise.all([...document.querySelectorAll("tallymark-banner, tallymark-toggle")]
          .flatMap((e) => e.shadowRoot.getAnimations().map((animation) => animation.finished)))
        """);

    static async Task Check(Visit visit, string name)
    {
        await Settled(visit);
        await visit.Screenshot(name);
        await visit.Page.EvaluateAsync(SdkFiles.Axe);
        var violations = await visit.Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations");
        Assert.True(violations.GetArrayLength() == 0, violations.ToString());
        var room = await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Assert.True(room <= 0, $"{name}: the page is {room} pixels too wide.");
    }
}
