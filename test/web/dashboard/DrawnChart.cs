// SPDX-License-Identifier: MIT
// One chart as drawn, measured in the browser: the position and size of every bar, and the texts beside it.

using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

/// <summary>One drawn bar, in pixels of the page.</summary>
sealed record DrawnBar(double X, double Y, double Width, double Height, bool Other, string[] Texts);

sealed class DrawnChart(ILocator figure)
{
    // A text belongs to the bar with its middle at the same height. Texts are ordered from left to right.
    const string Measure = """
        figure => {
          const box = node => node.getBoundingClientRect();
          const middle = rect => rect.top + rect.height / 2;
          const texts = [...figure.querySelectorAll('svg text')].filter(text => text.textContent !== '')
            .map(text => ({ rect: box(text), words: text.querySelector('title')?.textContent ?? text.textContent }));
          const bars = [...figure.querySelectorAll('svg rect')].filter(rect => !rect.closest('defs')).map(rect => {
            const { left, top, width, height } = box(rect);
            const beside = texts.filter(text => Math.abs(middle(text.rect) - (top + height / 2)) < 6)
              .sort((a, b) => a.rect.left - b.rect.left).map(text => text.words);
            const other = rect.closest('.bars-other') !== null;
            return { x: left, y: top, width, height, other, texts: beside };
          });
          return JSON.stringify(bars);
        }
        """;

    public ILocator Figure => figure;

    public static DrawnChart Of(Visit visit, string dataset, string column) =>
        new(visit.Page.Locator($"figure[data-dataset='{dataset}'][data-column='{column}']"));

    /// <summary>The bars from top to bottom, then from left to right.</summary>
    public async Task<DrawnBar[]> Bars()
    {
        await figure.Locator("svg").First.WaitForAsync();
        var measured = await figure.EvaluateAsync<string>(Measure);
        var bars = JsonSerializer.Deserialize<DrawnBar[]>(measured, JsonSerializerOptions.Web) ?? [];
        return [.. bars.OrderBy(bar => Math.Round(bar.Y + bar.Height)).ThenBy(bar => bar.X)];
    }

    /// <summary>The cells of the chart's table, row by row.</summary>
    public async Task<string[][]> Table()
    {
        await figure.GetByRole(AriaRole.Button, new() { Name = "Table:" }).ClickAsync();
        await figure.Locator("table").WaitForAsync();
        return await figure.EvaluateAsync<string[][]>(
            "figure => [...figure.querySelectorAll('tbody tr')].map(row => [...row.cells].map(c => c.textContent))");
    }

    /// <summary>Parses a number as the page formats it.</summary>
    public static long Number(string written) =>
        long.Parse(written.Replace("\u202f", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
