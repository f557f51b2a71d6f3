// SPDX-License-Identifier: MIT
using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.AspNetCore.Tests;

/// <summary>The page's SDK in a real browser, the relay, the SDK and its spool: all parts together.</summary>
public sealed class PageTests(Chromium chromium)
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("tracker.test")] // plain http: no secure context, and no Sec-Fetch-Site
    public async Task A_person_agrees_and_uses_the_page_and_the_spool_has_what_they_used(string host)
    {
        var posted = new TaskCompletionSource();
        await using var server = await Server.Start(now: TimeProvider.System.GetUtcNow());
        server.BeforeRecords = () => posted.TrySetResult();
        await using var context = await chromium.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new UriBuilder(server.Address) { Host = host }.Uri.AbsoluteUri);
        await Assertions.Expect(page.GetByText("Tracker collects anonymous usage data")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create prompt" }).ClickAsync();
        Assert.False(Directory.Exists(server.State));

        await page.GetByRole(AriaRole.Button, new() { Name = "OK" }).ClickAsync();
        await page.WaitForFunctionAsync(
            "() => localStorage['tallymark.tracker.told'] && !localStorage['tallymark.tracker.lease']");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create prompt" }).ClickAsync();
        await page.GetByLabel("Search").FillAsync("my secret experiment");
        await page.GetByLabel("Search").BlurAsync();
        await page.WaitForFunctionAsync(
            "() => Object.keys(localStorage).filter((key) => key.includes('.queue.')).length === 4");
        await page.GetByRole(AriaRole.Link, new() { Name = "Leave" }).ClickAsync();
        await posted.Task.WaitAsync(TestContext.Current.CancellationToken);

        var lines = await server.Stop();
        Assert.Equal(
            [
                "tracker.experiments.search input onValueChange", "tracker.experiments.search input onView",
                "tracker.prompts.create button onClick", "tracker.prompts.create button onView",
            ],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fields"))
                .Select(fields => string.Join(' ', new[] { "component_id", "component_type", "event_type" }
                    .Select(name => fields.GetProperty(name).GetString())))
                .Order(StringComparer.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Empty(await context.CookiesAsync());
    }
}
