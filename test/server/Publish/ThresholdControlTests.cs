// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Tests;

public sealed class ThresholdControlTests
{
    static readonly Dataset Usage = Some.Dataset("usage", 3, ["install", "remove"], "event");
    static readonly Dataset Versions = Some.Dataset("versions", 3, ["install", "remove"], "version");
    static readonly Dataset Releases = Some.Dataset("releases", 5, ["install", "remove"], "version");

    [Fact]
    public void There_is_one_item_for_each_dataset_and_day_in_the_order_of_days()
    {
        var days = Apply([Usage, Versions], [Usage, Versions], Atom(4));
        Assert.Equal(2 * Some.Quarter.Days, days.Count);
        foreach (var dataset in days.GroupBy(d => d.Dataset.Name, StringComparer.Ordinal))
        {
            Assert.Equal(
                Enumerable.Range(0, Some.Quarter.Days).Select(Some.Quarter.From.AddDays), dataset.Select(d => d.Day));
            var row = Assert.Single(dataset.SelectMany(d => d.Rows));
            Assert.Equal(4, row.Occurrences);
        }
    }

    [Fact]
    public void A_day_with_events_but_too_few_installations_has_events_left_out()
    {
        var days = Apply([Usage], [Usage], Atom(2));
        Assert.Empty(days.SelectMany(d => d.Rows));
        Assert.Equal(Some.Day, Assert.Single(days, d => d.HasEventsLeftOut).Day);
    }

    [Fact]
    public void A_dataset_that_is_not_written_still_raises_the_minimum_of_its_group()
    {
        var days = Apply([Versions, Releases], [Versions], Atom(4));
        Assert.Equal(["versions"], days.Select(d => d.Dataset.Name).Distinct(StringComparer.Ordinal));
        Assert.Empty(days.SelectMany(d => d.Rows));
    }

    [Fact]
    public void A_day_is_read_only_when_its_rows_are_needed()
    {
        var source = new MemoryCells([]);
        var cells = new PeriodCells(source, Request(Usage), [Usage]);
        Assert.Equal(3, new ThresholdControl().Apply(cells).Take(3).Count());
        Assert.Equal(3, source.Queries.Count);
    }

    static List<DatasetDay> Apply(Dataset[] all, Dataset[] written, Atom atom) =>
        [.. new ThresholdControl().Apply(
            new PeriodCells(new MemoryCells([atom]), Request(all), written))];

    static PublishRequest Request(params Dataset[] all) => new(Some.Manifest(all), Some.Quarter, "unused");

    static Atom Atom(int installations) => new(
        Some.Day, "install", new Dictionary<string, string?>(StringComparer.Ordinal) { ["version"] = "1.4.2" },
        installations, [.. Some.Installations(installations)]);
}
