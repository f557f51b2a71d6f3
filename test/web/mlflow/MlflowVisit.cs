// SPDX-License-Identifier: MIT
// A person who uses the tracker's page, and everything that the page posts to its relay.

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

sealed class MlflowVisit
{
    readonly ConcurrentQueue<string> _posts = new();

    MlflowVisit(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>The bodies of all POSTs to the relay.</summary>
    public IReadOnlyCollection<string> Posts => _posts;

    public ILocator Ok => Page.GetByRole(AriaRole.Button, new() { Name = "OK", Exact = true });

    public ILocator Switch => Page.GetByRole(AriaRole.Switch);

    public ILocator CreatePrompt => Page.GetByRole(AriaRole.Button, new() { Name = "Create prompt", Exact = true });

    /// <summary>Opens the page on a device of its own.</summary>
    public static Task To(
        Chromium chromium, RunningTracker tracker, Func<MlflowVisit, Task> test, string? script = null) =>
        Visit.To(
            chromium, new Uri(tracker.Address + "/"), async visit =>
            {
                var mine = new MlflowVisit(visit.Page);
                visit.Page.Request += (_, request) =>
                {
                    if (request.Method == "POST" && request.Url.Contains("/tallymark/", StringComparison.Ordinal))
                        mine._posts.Enqueue(request.PostData ?? "");
                };
                await test(mine);
            },
            before: script is null ? null : page => page.AddInitScriptAsync(script));

    public async Task Open(string part)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = part, Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(part);
    }

    /// <summary>Creates a prompt in the dialog.</summary>
    public async Task AddPrompt(string name, string template)
    {
        await CreatePrompt.ClickAsync();
        await Page.Locator("input[name=name]").FillAsync(name);
        await Page.Locator("textarea").FillAsync(template);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("was created");
    }

    /// <summary>The page sends what waits at once when the device comes online; waits for the relay's answer.</summary>
    public async Task Send()
    {
        var answer = await Page.RunAndWaitForResponseAsync(
            () => Page.EvaluateAsync("dispatchEvent(new Event('online'))"),
            reply => reply.Url.EndsWith("/tallymark/events", StringComparison.Ordinal));
        Assert.Equal(200, answer.Status);
    }
}
