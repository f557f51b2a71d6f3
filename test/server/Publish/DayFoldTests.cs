// SPDX-License-Identifier: MIT
// The folding of one day, by examples and by properties.

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

public sealed class DayFoldTests
{
    static readonly Hierarchy[] Systems = [Hierarchy.Flat, Hierarchy.OsVersion];

    [Fact]
    public void What_carries_stays_as_it_is() =>
        Assert.Equal(["linux debian.12 25", "windows 10.0.26100 20"],
            Fold(20, Some.Row(20, "windows", "10.0.26100"), Some.Row(25, "linux", "debian.12")));

    [Fact]
    public void What_does_not_becomes_more_general_only_as_far_as_needed()
    {
        var folded = DayFold.Fold(
            [
                new Row(["linux", "debian.12.4"], 12, Some.Installations(12)),
                new Row(["linux", "debian.12.5"], 10, Some.Installations(10, first: 12)),
                new Row(["linux", "ubuntu.24.04"], 30, Some.Installations(30)),
                new Row(["macos", "15.4"], 11, Some.Installations(11)),
                new Row(["macos", "14.7"], 9, Some.Installations(9, first: 11)),
            ],
            Systems, 20);
        Assert.Equal(["linux debian.12 22", "linux ubuntu.24.04 30", "macos other 20"], Texts(folded));
    }

    [Fact]
    public void The_same_installations_in_two_cells_count_once()
    {
        var folded = DayFold.Fold(
            [
                new Row(["linux", "debian.12.4"], 15, Some.Installations(15)),
                new Row(["linux", "debian.12.5"], 15, Some.Installations(15)),
                new Row(["windows", "10"], 20, Some.Installations(20)),
            ],
            Systems, 20);
        // Thirty events of fifteen installations do not carry, so the smallest row goes with them.
        Assert.Equal(["other other 50"], Texts(folded));
    }

    [Fact]
    public void A_rest_that_is_too_small_takes_the_smallest_row_with_it() =>
        Assert.Equal(["linux debian.12 50", "other other 27"],
            Fold(
                20, Some.Row(50, "linux", "debian.12"), Some.Row(24, "macos", "15.4"), Some.Row(3, "freebsd", "14.2")));

    [Fact]
    public void The_rest_and_the_row_keep_what_they_have_in_common() =>
        Assert.Equal(["linux other 27", "windows 10.0.26100 50"],
            Fold(
                20,
                Some.Row(50, "windows", "10.0.26100"), Some.Row(24, "linux", "debian.12"), Some.Row(3, "linux", "arch")));

    [Fact]
    public void A_small_cell_joins_a_row_that_reads_like_it_already() =>
        Assert.Equal(["linux debian.12 27", "windows 10 50"],
            Fold(
                20,
                Some.Row(50, "windows", "10"), Some.Row(24, "linux", "debian.12"), Some.Row(3, "linux", "debian.12.5")));

    [Fact]
    public void The_leading_column_is_given_up_last() =>
        Assert.Equal(["install other 22", "list other 22"],
            Fold(
                20,
                new Row(["install", "success"], 11, Some.Installations(11)),
                new Row(["install", "failure"], 11, Some.Installations(11, first: 11)),
                new Row(["list", "success"], 11, Some.Installations(11)),
                new Row(["list", "failure"], 11, Some.Installations(11, first: 11))));

    [Fact]
    public void A_day_with_too_few_installations_has_no_row()
    {
        Assert.Empty(Fold(20, Some.Row(19, "linux", "debian.12"), Some.Row(19, "windows", "10")));
        Assert.Single(Fold(20, Some.Row(20, "linux", "debian.12"), Some.Row(19, "windows", "10")));
    }

    [Fact]
    public void Events_without_an_installation_are_counted_but_carry_nothing()
    {
        Assert.Empty(Fold(20, new Row(["linux", "debian.12"], 1000, [])));
        Assert.Equal(
            ["other other 1020"],
            Fold(20, new Row(["linux", "debian.12"], 1000, []), Some.Row(20, "windows", "10")));
    }

    [Fact]
    public void Every_row_carries_and_no_event_is_lost_or_counted_twice() => ForDays(day =>
    {
        var folded = DayFold.Fold(day.Rows(), day.Columns, day.Minimum);
        if (day.Everybody().Count < day.Minimum)
        {
            Assert.Empty(folded);
            return;
        }

        // Each cell has one bit of the count for itself: the sums of a row tell which cells are in it.
        Assert.Equal(day.Rows().Sum(r => r.Occurrences), folded.Sum(r => r.Occurrences));
        var seen = 0L;
        foreach (var row in folded)
        {
            Assert.Equal(0, seen & row.Occurrences);
            seen |= row.Occurrences;
            var behind = day.Behind(row.Occurrences);
            Assert.True(behind.Count >= day.Minimum);
            Assert.True(behind.SetEquals(row.Installations));
        }
    });

    [Fact]
    public void Every_label_is_true_of_every_cell_behind_it() => ForDays(day =>
    {
        foreach (var row in DayFold.Fold(day.Rows(), day.Columns, day.Minimum))
        {
            foreach (var cell in day.CellsBehind(row.Occurrences))
            {
                for (var i = 0; i < day.Columns.Length; i++)
                {
                    var levels = Enumerable.Range(0, day.Columns[i].Top + 1);
                    Assert.Contains(row.Labels[i], levels.Select(l => day.Columns[i].At(cell.Labels[i], l)));
                }
            }
        }
    });

    [Fact]
    public void A_cell_that_carries_keeps_its_detail_unless_it_was_the_smallest_row() => ForDays(day =>
    {
        var folded = DayFold.Fold(day.Rows(), day.Columns, day.Minimum);
        var lost = day.Cells.Where(c => c.Installations.Count >= day.Minimum
            && !folded.Any(r => Labels.Compare(r.Labels, c.Labels) == 0)).ToList();
        Assert.True(lost.Count <= 1);
    });

    [Fact]
    public void The_order_of_the_cells_does_not_matter() => ForDays(day =>
    {
        var folded = Texts(DayFold.Fold(day.Rows(), day.Columns, day.Minimum));
        Assert.Equal(folded, Texts(DayFold.Fold(day.Rows().Reverse(), day.Columns, day.Minimum)));
        Assert.Equal(folded, Texts(DayFold.Fold(day.Rows().OrderBy(r => r.Occurrences % 7), day.Columns, day.Minimum)));
    });

    [Fact]
    public void Folding_what_is_folded_changes_nothing() => ForDays(day =>
    {
        var folded = DayFold.Fold(day.Rows(), day.Columns, day.Minimum);
        Assert.Equal(Texts(folded), Texts(DayFold.Fold(folded, day.Columns, day.Minimum)));
    });

    [Fact]
    public void More_installations_never_take_a_published_day_back() => ForDays(day =>
    {
        var before = DayFold.Fold(day.Rows(), day.Columns, day.Minimum);
        var more = day with { Cells = [.. day.Cells, new DayCell(["linux", "gentoo", "0.9.1"], [97, 98])] };
        var after = DayFold.Fold(more.Rows(), more.Columns, more.Minimum);
        Assert.True(before.Count == 0 || after.Count > 0);
        if (before.Count > 0)
            Assert.Equal(more.Rows().Sum(r => r.Occurrences), after.Sum(r => r.Occurrences));
    });

    [Fact]
    public void Rows_are_ordered_by_bytes_of_UTF8()
    {
        string[] labels = ["B", "a", "z", "é", "\uFF5E", "\U0001F600"];
        var folded = DayFold.Fold(labels.Reverse().Select(l => Some.Row(1, l)), [Hierarchy.Flat], 1);
        Assert.Equal<List<string>>([.. labels], [.. folded.Select(r => r.Labels[0])]);
        Assert.Equal<List<string>>(
            [.. labels.OrderBy(l => Convert.ToHexString(Encoding.UTF8.GetBytes(l)), StringComparer.Ordinal)],
            [.. labels]);
    }

    static List<string> Fold(int minimum, params Row[] rows) => Texts(DayFold.Fold(rows, Systems, minimum));

    static List<string> Texts(IReadOnlyList<Row> rows) =>
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
            select new SomeDay([.. cells.DistinctBy(c => Labels.Key(c.Labels), StringComparer.Ordinal)], minimum);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(days.ToArbitrary(), check));
    }

    sealed record DayCell(string[] Labels, HashSet<int> Installations);

    sealed record SomeDay(List<DayCell> Cells, int Minimum)
    {
        public Hierarchy[] Columns { get; } = [Hierarchy.Flat, Hierarchy.OsVersion, Hierarchy.Version];

        public IEnumerable<Row> Rows() => Cells.Select((c, i) => new Row(c.Labels, 1L << i, c.Installations));

        public HashSet<int> Everybody() => [.. Cells.SelectMany(c => c.Installations)];

        public IEnumerable<DayCell> CellsBehind(long bits) => Cells.Where((_, i) => (bits >> i & 1) == 1);

        public HashSet<int> Behind(long bits) => [.. CellsBehind(bits).SelectMany(c => c.Installations)];

        public override string ToString() => $"minimum {Minimum}: " + string.Join("; ", Cells.Select(c =>
            $"{string.Join('/', c.Labels)} {{{string.Join(',', c.Installations.Order())}}}"));
    }
}
