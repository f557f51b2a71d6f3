// SPDX-License-Identifier: MIT
// Compares the public page's charts with their files: the number of bars, their lengths and their numbers.

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed partial class DrawnBarsTests(Chromium chromium)
{
    const double HalfPixel = 0.5;

    static readonly string[] Datasets = ["usage", "systems", "countries"];

    [Theory]
    [InlineData("2026-q3", "kmpkg", ColorScheme.Light)]
    [InlineData("2026-q4-provisional", "kmpkg/provisional", ColorScheme.Dark)]
    public async Task Each_value_has_a_bar_proportional_to_its_count(string period, string folder, ColorScheme scheme)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, new Uri(server.Address, $"?tool=kmpkg&period={period}"), async visit =>
        {
            await visit.Shown();
            await visit.Screenshot($"{period}-{scheme}");
            var charts = 0;
            foreach (var dataset in Datasets)
            {
                var tsv = Tsv.Read(Path.Combine(published.Folder, folder, $"kmpkg-{dataset}-{period[..7]}.tsv"));
                foreach (var column in tsv.ValueColumns)
                {
                    var drawing = DrawnChart.Of(visit, dataset, column);
                    if (await drawing.Figure.Locator(".more").CountAsync() > 0)
                        await drawing.Figure.Locator(".more").ClickAsync();
                    var bars = await drawing.Bars();
                    var sums = tsv.Sums(column);
                    Assert.Equal(sums.Count, bars.Length);
                    var longest = sums.Values.Max();
                    var unit = bars.Max(bar => bar.Width) / longest;
                    Assert.All(bars, bar =>
                    {
                        Assert.Equal(3, bar.Texts.Length);
                        Assert.Equal(sums[bar.Texts[0]], DrawnChart.Number(bar.Texts[1]));
                        Assert.Equal(sums[bar.Texts[0]] * unit, bar.Width, HalfPixel);
                    });
                    Assert.True(longest * unit > 100, "The longest bar is too short to compare by eye.");
                    Assert.All(bars, bar => Assert.Equal(bars[0].X, bar.X));
                    charts++;
                }
            }

            Assert.Equal(5, charts);
        }, scheme);
    }

    [Fact]
    public async Task Each_day_has_a_column_proportional_to_its_events_and_a_day_without_rows_has_none()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, new Uri(server.Address, "?period=2026-q4-provisional"), async visit =>
        {
            await visit.Shown();
            foreach (var dataset in Datasets)
            {
                var days = Tsv
                    .Read(Path.Combine(published.Folder, "kmpkg", "provisional", $"kmpkg-{dataset}-2026-q4.tsv"))
                    .Sums("Timestamp").OrderBy(day => day.Key, StringComparer.Ordinal).ToArray();
                var columns = (await DrawnChart.Of(visit, dataset, "Timestamp").Bars()).OrderBy(bar => bar.X).ToArray();
                Assert.Equal(50, columns.Length);
                Assert.Equal(days.Length, columns.Length);
                var unit = columns.Max(column => column.Height) / days.Max(day => day.Value);
                var first = DateOnly.Parse(days[0].Key, CultureInfo.InvariantCulture).DayNumber;
                var step = (columns[^1].X - columns[0].X) / 50;
                for (var i = 0; i < days.Length; i++)
                {
                    Assert.Equal(days[i].Value * unit, columns[i].Height, HalfPixel);
                    var day = DateOnly.Parse(days[i].Key, CultureInfo.InvariantCulture).DayNumber - first;
                    Assert.Equal(columns[0].X + day * step, columns[i].X, HalfPixel);
                }

                Assert.True(unit * days.Max(day => day.Value) > 60, "The highest column is too low to compare by eye.");
            }
        });
    }

    [Fact]
    public async Task Bars_are_sorted_by_size_and_other_is_last_with_an_explanation()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var drawing = DrawnChart.Of(visit, "systems", "OSFamily");
            var bars = await drawing.Bars();
            Assert.Equal("linux windows other", string.Join(' ', bars.Select(bar => bar.Texts[0])));
            Assert.Equal([false, false, true], bars.Select(bar => bar.Other));
            Assert.True(bars[2].Width > bars[1].Width, "other is not the longest bar, so its position proves nothing.");
            var caption = await drawing.Figure.Locator("figcaption").InnerTextAsync();
            Assert.Contains("other: values with fewer than 20 installations", caption, StringComparison.Ordinal);
            Assert.Contains("Dataset systems", caption, StringComparison.Ordinal);
            Assert.Contains("To know which systems ports must build on.", caption, StringComparison.Ordinal);
            var countries = DrawnChart.Of(visit, "countries", "Country").Figure.Locator("figcaption");
            Assert.Contains(
                "A continent also counts those of its countries", await countries.InnerTextAsync(),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_chart_of_many_values_draws_the_largest_and_other_first_and_all_on_request()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var drawing = DrawnChart.Of(visit, "countries", "Country");
            var sums = Tsv.Read(Path.Combine(published.Folder, "kmpkg", "kmpkg-countries-2026-q3.tsv")).Sums("Country");
            var first = await drawing.Bars();
            Assert.Equal(13, first.Length);
            Assert.True(first[^1].Other);
            var more = drawing.Figure.Locator(".more");
            var left = sums.Values.Sum() - first.Sum(bar => DrawnChart.Number(bar.Texts[1]));
            var words = (await more.InnerTextAsync()).Replace("\u202f", "", StringComparison.Ordinal);
            Assert.Equal($"Show {sums.Count - 13} more ({left} events)", words);
            await more.ClickAsync();
            await Assertions.Expect(more).ToHaveCountAsync(0);
            Assert.Equal(sums.Count, (await drawing.Bars()).Length);
        });
    }

    [Fact]
    public async Task A_chart_of_fifty_thousand_values_grows_in_steps_and_the_page_stays_responsive()
    {
        const int Values = 50_000;
        using var published = Published.Kmpkg();
        published.Overwrite(
            "kmpkg/kmpkg-countries-2026-q3.tsv",
            text => text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)] + string.Concat(
                Enumerable.Range(0, Values).Select(i => $"2026-07-01\t{Values + 20 - i}\tport-{i:00000}\n")));
        published.Overwrite("kmpkg/kmpkg-countries-2026-q3.json", text => Rows().Replace(
            text, $"\"rows\":{Values},\"occurrences\":{Enumerable.Range(0, Values).Sum(i => (long)Values + 20 - i)}"));
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var drawing = DrawnChart.Of(visit, "countries", "Country");
            var more = drawing.Figure.Locator(".drawing .more");
            await Assertions.Expect(more).ToContainTextAsync("Show 200 more of 49");
            Assert.True(await MillisecondsOfClick(more) < 2_000);
            Assert.Equal(212, (await drawing.Bars()).Length);
            await Assertions.Expect(more).ToBeFocusedAsync();
            Assert.True(await MillisecondsOfClick(more) < 2_000);
            Assert.Equal(412, (await drawing.Bars()).Length);

            await drawing.Table();
            var rows = drawing.Figure.Locator("tbody tr");
            await Assertions.Expect(rows).ToHaveCountAsync(500);
            Assert.True(await MillisecondsOfClick(drawing.Figure.Locator(".table .more")) < 2_000);
            await Assertions.Expect(rows).ToHaveCountAsync(1_000);
        });
    }

    [GeneratedRegex("\"rows\":\\d+,\"occurrences\":\\d+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Rows();

    // From the click until the browser has painted: the time in which the page does not answer. All 50,000 bars at once
    // took 22 seconds.
    static Task<double> MillisecondsOfClick(ILocator button) => button.EvaluateAsync<double>(
        """
        async button => {
            const before = performance.now();
            button.click();
            await new Promise(painted => requestAnimationFrame(() => setTimeout(painted)));
            return performance.now() - before;
        }
        """);

    [Fact]
    public async Task The_table_of_a_chart_has_the_same_numbers_as_the_file()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            foreach (var dataset in Datasets)
            {
                var tsv = Tsv.Read(Path.Combine(published.Folder, "kmpkg", $"kmpkg-{dataset}-2026-q3.tsv"));
                foreach (var column in tsv.ValueColumns.Append("Timestamp"))
                {
                    var drawing = DrawnChart.Of(visit, dataset, column);
                    var rows = await drawing.Table();
                    var sums = tsv.Sums(column);
                    Assert.Equal(sums.Count, rows.Length);
                    Assert.All(rows, row => Assert.Equal(sums[row[0]], DrawnChart.Number(row[1])));
                    await Assertions.Expect(drawing.Figure.Locator("svg")).ToBeHiddenAsync();
                }
            }

            await visit.Screenshot("tables");
        });
    }

    [Fact]
    public async Task Pointing_at_a_day_shows_its_date_and_events()
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var drawing = DrawnChart.Of(visit, "systems", "Timestamp");
            await drawing.Figure.Locator(".days-whole rect").Nth(20).HoverAsync(); // the day without rows is before it
            var tip = drawing.Figure.Locator("[aria-label=tip]");
            await Assertions.Expect(tip).ToContainTextAsync("22 Jul 2026");
            var sums = Tsv.Read(Path.Combine(published.Folder, "kmpkg", "kmpkg-systems-2026-q3.tsv")).Sums("Timestamp");
            await Assertions.Expect(tip).ToContainTextAsync($"1\u202f{sums["2026-07-22"] - 1000:000}");
            await visit.Screenshot("tip");
        });
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_bars_are_painted_in_a_colour_with_enough_contrast(ColorScheme scheme)
    {
        using var published = Published.Kmpkg();
        await using var server = await PageServer.Start(published.Folder);
        await Visit.To(chromium, server.Address, async visit =>
        {
            await visit.Shown();
            var drawing = DrawnChart.Of(visit, "usage", "Command");
            var bars = await drawing.Bars();
            var bar = await Colour.Of(drawing.Figure.Locator(".bars-values rect").First, "fill");
            var paper = await Colour.Of(visit.Page.Locator("body"), "background-color");
            Assert.True(bar.ContrastTo(paper) >= 3, $"{bar} on {paper}");
            var painted = await bar.CountIn(await drawing.Figure.ScreenshotAsync(), chromium);
            var area = bars.Sum(b => b.Width * b.Height);
            Assert.InRange(painted, area * 0.9, area * 1.1);
        }, scheme);
    }
}
