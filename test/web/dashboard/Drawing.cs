// SPDX-License-Identifier: MIT
// What is drawn in one chart, measured in the browser: every bar's place and size and the texts beside it.

using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

/// <summary>One drawn bar, in pixels of the page.</summary>
sealed record Bar(double X, double Y, double Width, double Height, bool Other, string[] Texts);

sealed class Drawing(ILocator figure)
{
    // Texts belong to the bar whose middle is at their height, left to right.
    const string Measure = """
        figure => {
          const box = node => node.getBoundingClientRect();
          const middle = rect => rect.top + rect.height / 2;
          const texts = [...figure.querySelectorAll('svg text')].filter(text => text.textContent !== '')
            .map(text => ({ rect: box(text), words: text.querySelector('title')?.textContent ?? text.textContent }));
          const bars = [...figure.querySelectorAll('svg rect')].filter(rect => !rect.closest('defs')).map(rect => {
            const { left, top, width, height } = box(rect);
            const beside = texts.filter(text => Math.abs(middle(text.rect) - (top + height / 2)) < 6).sort((a, b) => a.rect.left - b.rect.left);
            return { x: left, y: top, width, height, other: rect.closest('.bars-other') !== null, texts: beside.map(text => text.words) };
          });
          return JSON.stringify(bars);
        }
        """;

    public ILocator Figure => figure;

    public static Drawing Of(Visit visit, string dataset, string column) =>
        new(visit.Page.Locator($"figure[data-dataset='{dataset}'][data-column='{column}']"));

    /// <summary>The bars from top to bottom, then from left to right.</summary>
    public async Task<Bar[]> Bars()
    {
        await figure.Locator("svg").First.WaitForAsync();
        var bars = JsonSerializer.Deserialize<Bar[]>(await figure.EvaluateAsync<string>(Measure), JsonSerializerOptions.Web) ?? [];
        return [.. bars.OrderBy(bar => Math.Round(bar.Y + bar.Height)).ThenBy(bar => bar.X)];
    }

    /// <summary>The cells of the table alternative, a row each.</summary>
    public async Task<string[][]> Table()
    {
        await figure.GetByRole(AriaRole.Button, new() { Name = "Table:" }).ClickAsync();
        await figure.Locator("table").WaitForAsync();
        return await figure.EvaluateAsync<string[][]>(
            "figure => [...figure.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))");
    }

    /// <summary>A number as it is written on the page.</summary>
    public static long Number(string written) =>
        long.Parse(written.Replace("\u202f", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
