// SPDX-License-Identifier: MIT
// The public page around its charts: periods, tools, explanations, and messages where there is nothing to draw.

using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed partial class PublicPageTests(Chromium chromium)
{
    [Fact]
    public async Task A_released_period_is_shown_first_and_an_open_period_is_marked()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var page = visit.Page;
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("How kmpkg is used");
            await Assertions.Expect(page.Locator("#period option")).ToHaveTextAsync(["Q4 2026 (open)", "Q3 2026"]);
            await Assertions.Expect(page.Locator("#period")).ToHaveValueAsync("2026-q3");
            await Assertions.Expect(page.GetByText("days are missing")).ToHaveCountAsync(0);
            await Assertions.Expect(page.Locator(".badge")).ToHaveCountAsync(0);

            await page.Locator("#period").SelectOptionAsync("2026-q4-provisional");
            await Assertions.Expect(page.GetByText("Open period: days are missing.")).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator(".dataset .badge")).ToHaveTextAsync(
                ["provisional", "provisional", "provisional"]);
            Assert.EndsWith("?tool=kmpkg&period=2026-q4-provisional", page.Url, StringComparison.Ordinal);

            await page.ReloadAsync();
            await visit.Shown();
            await Assertions.Expect(page.Locator("#period")).ToHaveValueAsync("2026-q4-provisional");
        });
    }

    [Fact]
    public async Task A_file_with_its_days_in_another_form_is_drawn_the_same()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var chart = visit.Page.Locator("figure[data-column=Timestamp] svg").First;
            var before = await chart.InnerHTMLAsync();
            published.Overwrite("kmpkg/kmpkg-usage-2026-q3.tsv",
                text => IsoDay().Replace(text, "${month}/${day}/${year} 0:00\t"));
            published.Overwrite("kmpkg/kmpkg-usage-2026-q3.json", text => text.Replace(
                "\"from\":\"day\"", "\"from\":\"day\",\"form\":\"M/d/yyyy H:mm\"", StringComparison.Ordinal));
            await visit.Page.ReloadAsync();
            await visit.Shown();
            Assert.Equal(before, await chart.InnerHTMLAsync());
        });

        Assert.StartsWith("Timestamp\tOccurrences\tCommand\tStatus\n7/1/2026 0:00\t", await File.ReadAllTextAsync(
            Path.Combine(published.Folder, "kmpkg/kmpkg-usage-2026-q3.tsv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_states_the_terms_of_its_numbers_and_links_to_their_files()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var about = await visit.Page.Locator(".about").InnerTextAsync();
            Assert.Contains("1 Jul 2026 to 30 Sep 2026", about, StringComparison.Ordinal);
            Assert.Contains("1 Dec 2026, 04:00 UTC, from manifest version 3", about, StringComparison.Ordinal);
            Assert.Contains("at least 20 distinct installations", about, StringComparison.Ordinal);
            Assert.Contains("the tables of a third party", about, StringComparison.Ordinal);
            await Assertions.Expect(visit.Page.Locator("figure[data-column=Timestamp] figcaption").First)
                .ToContainTextAsync(
                    "On 1 day, events from too few installations (at least 20 are required) are left out.");
            Assert.Contains("CC-BY-4.0", about, StringComparison.Ordinal);

            var links = await visit.Page.Locator(".files a")
                .EvaluateAllAsync<string[]>("links => links.map(link => link.href)");
            Assert.Equal(9, links.Length);
            foreach (var link in links)
            {
                Assert.StartsWith(server.Address.AbsoluteUri, link, StringComparison.Ordinal);
                Assert.True((await visit.Page.Context.APIRequest.GetAsync(link)).Ok, link);
            }
        });
    }

    [Fact]
    public async Task Another_tool_is_shown_when_it_is_chosen_or_in_the_address()
    {
        using var published = Published.Kmpkg();
        published.Tool("mlnet", "ML.NET");
        published.Period("mlnet", "2026-q2", new DateOnly(2026, 4, 1), provisional: false, scale: 7);
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await visit.Page.Locator("#tool").SelectOptionAsync("mlnet");
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("How ML.NET is used");
            await Assertions.Expect(visit.Page.Locator("#period option")).ToHaveTextAsync(["Q2 2026"]);
            await Assertions.Expect(visit.Page.Locator("figure")).ToHaveCountAsync(8);
        });
        await Visit.To(chromium, new Uri(server.Address, "?tool=mlnet"), async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("How ML.NET is used");
        });
        await Visit.To(chromium, new Uri(server.Address, "?tool=nothing"), async visit =>
        {
            await Assertions.Expect(visit.Page.Locator("main"))
                .ToContainTextAsync("Nothing is published here for “nothing”");
            await visit.Page.Locator("#tool").SelectOptionAsync("kmpkg");
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("How kmpkg is used");
        });
    }

    [Fact]
    public async Task The_page_works_below_any_path()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder, below: "/stats/usage");
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("figure")).ToHaveCountAsync(8);
            Assert.All(
                visit.Requests,
                address => Assert.StartsWith(server.Address.AbsoluteUri, address, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Without_published_files_the_page_says_how_to_preview_a_period()
    {
        using var published = new Published();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("main h2")).ToHaveTextAsync("Nothing is published yet");
            await Assertions.Expect(visit.Page.Locator("main pre")).ToContainTextAsync("tallymark publish --tool TOOL");
        });
        published.Tool("kmpkg", "kmpkg"); // listed, but without its own index
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("main h2")).ToHaveTextAsync("Nothing is published yet");
            await Assertions.Expect(visit.Page.Locator("main pre"))
                .ToContainTextAsync("tallymark publish --tool kmpkg");
        });
    }

    [Fact]
    public async Task An_open_period_alone_and_a_closed_period_alone_are_shown()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        File.Delete(Path.Combine(published.Folder, "kmpkg", "index.json"));
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("#period option")).ToHaveTextAsync(["Q4 2026 (open)"]);
            await Assertions.Expect(visit.Page.Locator("figure")).ToHaveCountAsync(8);
        });
        published.Period("kmpkg", "2026-q3", new DateOnly(2026, 7, 1), provisional: false, scale: 4);
        Directory.Delete(Path.Combine(published.Folder, "kmpkg", "provisional"), recursive: true);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("#period option")).ToHaveTextAsync(["Q3 2026"]);
        });
    }

    [Theory]
    [InlineData(
        "kmpkg-usage-2026-q3.tsv", "install", "ins\ttall", "kmpkg-usage-2026-q3.tsv, line 2: 5 values instead of 4")]
    [InlineData("kmpkg-usage-2026-q3.tsv", "Command", "Commando", "the headings differ from its metadata")]
    [InlineData("kmpkg-usage-2026-q3.json", "{", "[", "kmpkg-usage-2026-q3.json is not JSON")]
    [InlineData("kmpkg-usage-2026-q3.json", "\"rows\":8", "\"rows\":9", "its metadata says 9")]
    public async Task A_damaged_file_is_reported_in_its_own_section_and_the_others_are_drawn(
        string file, string from, string to, string message)
    {
        using var published = Published.Kmpkg();
        published.Overwrite($"kmpkg/{file}", text => text.Replace(from, to, StringComparison.Ordinal));
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var alert = visit.Page.GetByRole(AriaRole.Alert);
            await Assertions.Expect(alert).ToHaveCountAsync(1);
            await Assertions.Expect(alert).ToContainTextAsync("Can't show Commands");
            await Assertions.Expect(alert).ToContainTextAsync(message);
            await Assertions.Expect(visit.Page.Locator("figure svg")).ToHaveCountAsync(5);
            await visit.Screenshot("damaged");
        });
    }

    [Theory]
    [InlineData("index.json", "index.json is not JSON")]
    [InlineData("kmpkg/index.json", "kmpkg/index.json is not JSON")]
    public async Task A_damaged_index_is_reported_on_the_page(string file, string message)
    {
        using var published = Published.Kmpkg();
        published.Overwrite(file, _ => "<!doctype html><title>Sign in</title>");
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(message);
        });
    }

    [Theory]
    [InlineData("/public/index.json", "index.json could not be fetched: the server responded with 500")]
    [InlineData("/public/kmpkg/index.json", "kmpkg/index.json could not be fetched: the server responded with 500")]
    public async Task A_failing_server_is_not_reported_as_nothing_published(string path, string message)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder, "", path);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(message);
        });
    }

    [Fact]
    public async Task An_index_that_names_another_host_causes_no_request_to_it()
    {
        using var published = Published.Kmpkg();
        published.Overwrite("kmpkg/index.json", text => text.Replace(
            "kmpkg-usage-2026-q3.tsv", "https://tracker.example/pixel.tsv", StringComparison.Ordinal));
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert))
                .ToContainTextAsync("\"tsv\" is not a file name");
            Assert.DoesNotContain(visit.Requests, address => address.Contains("tracker", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_dataset_without_rows_explains_why()
    {
        using var published = Published.Kmpkg();
        published.Overwrite("kmpkg/kmpkg-usage-2026-q3.tsv", text => text.Split('\n')[0] + "\n");
        published.Overwrite("kmpkg/kmpkg-usage-2026-q3.json", text => Regex.Replace(
            text, "\"(?<name>rows|occurrences)\":[0-9]+", "\"${name}\":0", RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)));
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            await Assertions.Expect(visit.Page.Locator("#dataset-usage"))
                .ToContainTextAsync("No day of this period has 20 installations");
            await Assertions.Expect(visit.Page.Locator("figure svg")).ToHaveCountAsync(5);
        });
    }

    [GeneratedRegex(
        @"^(?<year>\d{4})-0?(?<month>\d+)-0?(?<day>\d+)\t", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex IsoDay();
}
