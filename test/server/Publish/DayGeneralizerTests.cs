// SPDX-License-Identifier: MIT

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

public sealed class DayGeneralizerTests
{
    static readonly Hierarchy[] Systems = [Hierarchy.Flat, Hierarchy.OsVersion];

    [Fact]
    public void A_row_that_meets_the_minimum_keeps_its_detail() =>
        Assert.Equal(["linux debian.12 25", "windows 10.0.26100 20"],
            Generalize(20, Some.Row(20, "windows", "10.0.26100"), Some.Row(25, "linux", "debian.12")));

    [Fact]
    public void A_small_row_is_generalised_only_as_far_as_needed()
    {
        var rows = DayGeneralizer.Generalize(
            [
                new CountedRow(["linux", "debian.12.4"], 12, Some.Counted(12)),
                new CountedRow(["linux", "debian.12.5"], 10, Some.Counted(10, first: 12)),
                new CountedRow(["linux", "ubuntu.24.04"], 30, Some.Counted(30)),
                new CountedRow(["macos", "15.4"], 11, Some.Counted(11)),
                new CountedRow(["macos", "14.7"], 9, Some.Counted(9, first: 11)),
            ],
            Systems, 20);
        Assert.Equal(["linux debian.12 22", "linux ubuntu.24.04 30", "macos other 20"], Texts(rows));
    }

    [Fact]
    public void An_installation_in_two_cells_counts_once()
    {
        var rows = DayGeneralizer.Generalize(
            [
                new CountedRow(["linux", "debian.12.4"], 15, Some.Counted(15)),
                new CountedRow(["linux", "debian.12.5"], 15, Some.Counted(15)),
                new CountedRow(["windows", "10"], 20, Some.Counted(20)),
            ],
            Systems, 20);
        // Thirty events of fifteen installations do not meet the minimum, so the smallest row is merged with them.
        Assert.Equal(["other other 50"], Texts(rows));
    }

    [Fact]
    public void A_remainder_that_is_too_small_is_merged_with_the_smallest_row() =>
        Assert.Equal(["linux debian.12 50", "other other 27"],
            Generalize(
                20, Some.Row(50, "linux", "debian.12"), Some.Row(24, "macos", "15.4"), Some.Row(3, "freebsd", "14.2")));

    [Fact]
    public void The_remainder_and_the_smallest_row_keep_their_common_labels() =>
        Assert.Equal(["linux other 27", "windows 10.0.26100 50"],
            Generalize(
                20,
                Some.Row(50, "windows", "10.0.26100"), Some.Row(24, "linux", "debian.12"),
                Some.Row(3, "linux", "arch")));

    [Fact]
    public void A_small_cell_is_merged_into_an_accepted_row_with_the_same_labels() =>
        Assert.Equal(["linux debian.12 27", "windows 10 50"],
            Generalize(
                20,
                Some.Row(50, "windows", "10"), Some.Row(24, "linux", "debian.12"),
                Some.Row(3, "linux", "debian.12.5")));

    [Fact]
    public void The_leading_column_is_generalised_last() =>
        Assert.Equal(["install other 22", "list other 22"],
            Generalize(
                20,
                new CountedRow(["install", "success"], 11, Some.Counted(11)),
                new CountedRow(["install", "failure"], 11, Some.Counted(11, first: 11)),
                new CountedRow(["list", "success"], 11, Some.Counted(11)),
                new CountedRow(["list", "failure"], 11, Some.Counted(11, first: 11))));

    [Fact]
    public void A_day_with_too_few_installations_has_no_rows()
    {
        Assert.Empty(Generalize(20, Some.Row(19, "linux", "debian.12"), Some.Row(19, "windows", "10")));
        Assert.Single(Generalize(20, Some.Row(20, "linux", "debian.12"), Some.Row(19, "windows", "10")));
    }

    [Fact]
    public void Events_without_an_installation_count_as_events_but_not_towards_the_minimum()
    {
        Assert.Empty(Generalize(20, new CountedRow(["linux", "debian.12"], 1000, [])));
        Assert.Equal(
            ["other other 1020"],
            Generalize(20, new CountedRow(["linux", "debian.12"], 1000, []), Some.Row(20, "windows", "10")));
    }

    [Fact]
    public void Every_row_meets_the_minimum_and_no_event_is_lost_or_counted_twice() => ForDays(day =>
    {
        var rows = DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum);
        if (day.AllInstallations().Count < day.Minimum)
        {
            Assert.Empty(rows);
            return;
        }

        // Each cell has its own bit of the count, so a row's count tells which cells are in it.
        Assert.Equal(day.Rows().Sum(r => r.Occurrences), rows.Sum(r => r.Occurrences));
        var seen = 0L;
        foreach (var row in rows)
        {
            Assert.Equal(0, seen & row.Occurrences);
            seen |= row.Occurrences;
            var installations = day.InstallationsOf(row.Occurrences);
            Assert.True(installations.Count >= day.Minimum);
            Assert.True(installations.SetEquals(row.Installations.Select(i => i.Number)));
        }
    });

    [Fact]
    public void Every_label_applies_to_every_cell_in_its_row() => ForDays(day =>
    {
        foreach (var row in DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum))
        {
            foreach (var cell in day.CellsOf(row.Occurrences))
            {
                for (var i = 0; i < day.Columns.Length; i++)
                {
                    var levels = Enumerable.Range(0, day.Columns[i].MaxLevel + 1);
                    Assert.Contains(row.Labels[i], levels.Select(l => day.Columns[i].Generalize(cell.Labels[i], l)));
                }
            }
        }
    });

    [Fact]
    public void At_most_one_cell_that_meets_the_minimum_loses_its_detail() => ForDays(day =>
    {
        var rows = DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum);
        var lost = day.Cells.Where(c => c.Installations.Count >= day.Minimum
            && !rows.Any(r => LabelOrder.Compare(r.Labels, c.Labels) == 0)).ToList();
        Assert.True(lost.Count <= 1);
    });

    [Fact]
    public void The_order_of_the_cells_does_not_matter() => ForDays(day =>
    {
        var rows = Texts(DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum));
        Assert.Equal(rows, Texts(DayGeneralizer.Generalize(day.Rows().Reverse(), day.Columns, day.Minimum)));
        var shuffled = day.Rows().OrderBy(r => r.Occurrences % 7);
        Assert.Equal(rows, Texts(DayGeneralizer.Generalize(shuffled, day.Columns, day.Minimum)));
    });

    [Fact]
    public void Generalising_twice_changes_nothing() => ForDays(day =>
    {
        var rows = DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum);
        Assert.Equal(Texts(rows), Texts(DayGeneralizer.Generalize(rows, day.Columns, day.Minimum)));
    });

    [Fact]
    public void More_installations_never_remove_a_published_day() => ForDays(day =>
    {
        var before = DayGeneralizer.Generalize(day.Rows(), day.Columns, day.Minimum);
        var more = day with { Cells = [.. day.Cells, new DayCell(["linux", "gentoo", "0.9.1"], [97, 98])] };
        var after = DayGeneralizer.Generalize(more.Rows(), more.Columns, more.Minimum);
        Assert.True(before.Count == 0 || after.Count > 0);
        if (before.Count > 0)
            Assert.Equal(more.Rows().Sum(r => r.Occurrences), after.Sum(r => r.Occurrences));
    });

    [Fact]
    public void Rows_are_ordered_by_UTF8_bytes()
    {
        string[] labels = ["B", "a", "z", "é", "\uFF5E", "\U0001F600"];
        var rows = DayGeneralizer.Generalize(labels.Reverse().Select(l => Some.Row(1, l)), [Hierarchy.Flat], 1);
        Assert.Equal<List<string>>([.. labels], [.. rows.Select(r => r.Labels[0])]);
        Assert.Equal<List<string>>(
            [.. labels.OrderBy(l => Convert.ToHexString(Encoding.UTF8.GetBytes(l)), StringComparer.Ordinal)],
            [.. labels]);
    }

    static List<string> Generalize(int minimum, params CountedRow[] rows) =>
        Texts(DayGeneralizer.Generalize(rows, Systems, minimum));

    static List<string> Texts(IReadOnlyList<CountedRow> rows) =>
        [.. rows.Select(r => $"{string.Join(' ', r.Labels)} {r.Occurrences}")];

    static void ForDays(Action<SomeDay> check)
    {
        var cell =
            from os in Gen.Elements("linux", "macos", "windows", "other")
            from version in Gen.Elements(
                "debian.12.4", "debian.12.5", "debian.12", "debian.11", "ubuntu.24.04", "15.4", "10", "none")
            from tool in Gen.Elements("1.4.2", "1.4.2-rc.1", "1.4", "1.3.0", "2.0.0", "other")
            from installations in Gen.Frequency((3, Gen.Choose(0, 12).ListOf()), (1, Gen.Choose(0, 40).ListOf(9)))
            select new DayCell([os, version, tool], [.. installations.Distinct()]);
        var days =
            from cells in Gen.Choose(0, 14).SelectMany(count => cell.ListOf(count))
            from minimum in Gen.Choose(1, 6)
            select new SomeDay([.. cells.DistinctBy(c => LabelOrder.Key(c.Labels), StringComparer.Ordinal)], minimum);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(days.ToArbitrary(), check));
    }

    sealed record DayCell(string[] Labels, HashSet<int> Installations);

    sealed record SomeDay(List<DayCell> Cells, int Minimum)
    {
        public Hierarchy[] Columns { get; } = [Hierarchy.Flat, Hierarchy.OsVersion, Hierarchy.Version];

        public IEnumerable<CountedRow> Rows() =>
            Cells.Select((c, i) => new CountedRow(
                c.Labels, 1L << i, c.Installations.Select(number => new CountedInstallation(number))));

        public HashSet<int> AllInstallations() => [.. Cells.SelectMany(c => c.Installations)];

        public IEnumerable<DayCell> CellsOf(long bits) => Cells.Where((_, i) => (bits >> i & 1) == 1);

        public HashSet<int> InstallationsOf(long bits) => [.. CellsOf(bits).SelectMany(c => c.Installations)];

        public override string ToString() => $"minimum {Minimum}: " + string.Join("; ", Cells.Select(c =>
            $"{string.Join('/', c.Labels)} {{{string.Join(',', c.Installations.Order())}}}"));
    }
}
