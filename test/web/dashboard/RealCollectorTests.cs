// SPDX-License-Identifier: MIT
// Both pages served by the real collector, with its own headers.

using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class RealCollectorTests(Chromium chromium)
{
    [Fact]
    public async Task The_public_page_works_with_the_collector_s_headers()
    {
        await using var collector = await RunningCollector.Start();
        using var published = Published.Kmpkg(collector.Published);
        await Visit.To(chromium, new Uri(collector.Address), async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("figure svg")).ToHaveCountAsync(8);
            Assert.Equal(3, (await DrawnChart.Of(visit, "systems", "OSFamily").Bars()).Length);
            foreach (var link in await visit.Page.Locator(".files a").AllAsync())
            {
                var address = await link.EvaluateAsync<string>("link => link.href");
                Assert.True((await visit.Page.Context.APIRequest.GetAsync(address)).Ok, address);
            }
        });
    }

    [Fact]
    public async Task A_maintainer_sees_events_that_were_just_sent()
    {
        await using var collector = await RunningCollector.Start();
        var token = await collector.Token("ada", "maintainer");
        await Visit.To(chromium, new Uri(new Uri(collector.Address), "maintainer"), async visit =>
        {
            var page = visit.Page;
            await SignIn(page, "not the token");
            await Assertions.Expect(page.Locator("#refusal")).ToContainTextAsync("Invalid token.");
            await SignIn(page, token);
            await Assertions.Expect(page.Locator("#state")).ToContainTextAsync("No events received yet");

            await SampleBatch.Send(
                collector,
                ("install", "success"), ("install", "failure"), ("list", "success"), ("install", "success"));
            await Assertions.Expect(page.Locator("tr[data-row=install] td")).ToHaveTextAsync("3");
            await Assertions.Expect(page.Locator("tr[data-row=list] td")).ToHaveTextAsync("1");
            await Assertions.Expect(page.Locator("tr[data-row=failures] td")).ToHaveTextAsync("1");
            await Assertions.Expect(page.Locator(".equation")).ToHaveTextAsync(
                "4 received = 4 stored + 0 dropped + 0 refused + 0 pending");
            var heights = await page.Locator("#minute").EvaluateAsync<double[]>(
                "chart => ['install', 'list'].map(name => " +
                "chart.querySelector(`.event-${name} rect`).getBoundingClientRect().height)");
            Assert.Equal(heights[1] * 3, heights[0], 0.5);

            await SampleBatch.Send(collector, ("no_such_event", "success"));
            await Assertions.Expect(page.Locator("[data-reason=unknown-event] td").Last).ToHaveTextAsync("1");
            await Assertions.Expect(page.Locator(".verdict")).ToHaveTextAsync("The counters add up.");
            await visit.Screenshot("maintainer-real");
        });
    }

    static async Task SignIn(IPage page, string token)
    {
        await page.Locator("#token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
