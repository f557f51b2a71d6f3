// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="ICellReader"/>.</summary>
public abstract class CellReaderTests<TEngine> : ConformanceTests<TEngine> where TEngine : StoreEngine, new()
{
    static readonly DateOnly First = new(2026, 11, 20);

    static Field Installation => Some.Field("installation", FieldType.Installation);

    static Field Os => Some.Field("os", FieldType.Os);

    readonly Table[] _tables =
    [
        .. Some.Tables(
            ("install", [Installation, Os, Some.Field("packages", FieldType.EnumSet)]),
            ("remove", [Os, Installation])),
    ];

    [Fact]
    public void A_day_is_a_day_of_UTC_to_the_nanosecond()
    {
        using var store = Open();
        var day = Some.Midnight;
        Store(store, Some.Tool,
        [
            new("install", day - 1, "success", "before", null),
            new("install", day, "success", "first", null),
            new("install", day + Some.Day - 1, "success", "last", null),
            new("install", day + Some.Day, "success", "after", null),
        ]);

        Assert.Equal(2, Cells(store, First, First, "status").Single().Occurrences);
        Assert.Equal(
            [(First.AddDays(-1), 1L), (First, 2L), (First.AddDays(1), 1L)],
            Cells(store, First.AddDays(-1), First.AddDays(1), "status")
                .Select(cell => (cell.Day, cell.Occurrences)).Order());
        Assert.Equal(4, Cells(store, DateOnly.MinValue, DateOnly.MaxValue, "status").Sum(cell => cell.Occurrences));
        Assert.Empty(Cells(store, First.AddDays(2), First.AddDays(9), "status"));
        Assert.Empty(Cells(store, First.AddDays(1), First, "status"));
    }

    [Fact]
    public void Cells_and_their_sets_of_installations_equal_a_naive_recount()
    {
        using var store = Open();
        var run = 0;
        var generated = Gen.Choose(0, 60).SelectMany(count => SomeRow().ListOf(count)).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(generated, rows =>
        {
            var tool = $"run-{run++}";
            Store(store, tool, [.. rows]);
            var query = Some.Query(["remove", "install"], ["os", "event", "status"], First, First.AddDays(1));
            var cells = store.Cells(tool, query).ToArray();
            Assert.All(cells, cell => Assert.Equal(cell.Installations.Distinct().Order(), cell.Installations));
            var described = cells.Select(Describe).Order(StringComparer.Ordinal);
            Assert.Equal(Recount(rows, out var installations), described, StringComparer.Ordinal);
            Assert.Equal(installations, WhereEachIs(cells), StringComparer.Ordinal);
        }));
    }

    [Fact]
    public void Numbers_of_installations_are_valid_in_all_cells_of_a_query()
    {
        using var store = Open();
        Store(store, Some.Tool,
        [
            new("install", Some.Midnight, "success", "a", "linux"),
            new("install", Some.Midnight, "success", "b", "linux"),
            new("install", Some.Midnight, "success", "b", "linux"),
            new("remove", Some.Midnight + Some.Day, "failure", "b", "linux"),
            new("remove", Some.Midnight + Some.Day, "failure", null, "linux"),
        ]);

        var cells = Cells(store, First, First.AddDays(1), "event").OrderBy(cell => cell.Day).ToArray();

        Assert.Equal([(3L, 2), (2L, 1)], cells.Select(cell => (cell.Occurrences, cell.Installations.Count)));
        Assert.Contains(cells[1].Installations.Single(), cells[0].Installations);
        Assert.Equal([0, 1], cells[0].Installations);
    }

    [Fact]
    public void Events_of_development_builds_are_in_no_cell_no_set_and_no_count()
    {
        using var store = Open();
        var environment = Some.Field("environment", FieldType.Environment);
        var table = Some.Tables(("install", [Installation, Os, environment])).Single();
        store.Prepare(Some.Tool, [table]);
        (long Time, string Status, object?[] Values) RowOf(string installation, params string[] environment) =>
            (Some.Midnight, "success", [installation, "linux", environment]);
        store.Commit(Some.Tool,
        [
            Some.Batch(
                Some.Rows(table, RowOf("a"), RowOf("b", "ci")),
                Some.Rows(table.Development!, RowOf("c", "dev"), RowOf("a", "dev"))),
            Some.Batch(Some.Rows(table.Development!, RowOf("d", "dev"))),
        ]);

        var cell = Assert.Single(store.Cells(Some.Tool, Some.Query(["install"], ["os"], First, First)));
        Assert.Equal((2L, 2), (cell.Occurrences, cell.Installations.Count));
        Assert.Equal([("install", 2L)], store.CountEvents(Some.Tool).Select(one => (one.Key, one.Value)));
    }

    [Fact]
    public void A_withheld_value_is_other_and_a_missing_value_is_null()
    {
        using var store = Open();
        store.Prepare(Some.Tool, _tables);
        EventRows RowOf(string installation, string? os, params string[] withheld) => Some.Rows(
            _tables[0], counts: null, withheld,
            [(Some.Midnight, "success", [installation, os, Array.Empty<string>()])]);
        store.Commit(Some.Tool,
        [
            Some.Batch(
                RowOf("a", null, "country", "os"), RowOf("b", "other"), RowOf("c", null, "packages"),
                RowOf("d", "linux", "os")),
        ]);

        Assert.Equal(
            [(null, 1L), ("linux", 1L), ("other", 2L)],
            Cells(store, First, First, "os").Select(cell => (cell.Values[0], cell.Occurrences)).Order());
    }

    [Fact]
    public void Without_columns_there_is_one_cell_a_day()
    {
        using var store = Open();
        Store(store, Some.Tool,
        [
            new("install", Some.Midnight, "success", "a", "linux"),
            new("remove", Some.Midnight, "failure", "a", "macos"),
        ]);

        var cell = Assert.Single(Cells(store, First, First));

        Assert.Empty(cell.Values);
        Assert.Equal((2L, 1), (cell.Occurrences, cell.Installations.Count));
    }

    [Theory]
    [InlineData("install", "packages", "set")]
    [InlineData("install", "nonsense", "nonsense")]
    [InlineData("nonsense", "status", "nonsense")]
    [InlineData("install", "os\" FROM x --", "os")]
    public void An_unknown_event_or_column_or_a_set_is_refused_by_name(string name, string column, string word)
    {
        using var store = Open();
        Store(store, Some.Tool, []);

        var query = Some.Query([name], [column], First, First);
        var refused = Assert.Throws<StoreException>(() => store.Cells(Some.Tool, query));

        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
        Assert.Empty(store.Cells("unknown", query));
        Assert.Empty(store.Totals("unknown", query));
    }

    [Fact]
    public void Cells_are_those_of_the_beginning_of_the_read_and_do_not_block_commits()
    {
        using var store = Open();
        // More than 2,048 cells, so that the first chunk does not have all of them.
        var many = Enumerable.Range(0, 9_000)
            .Select(i => new Row("install", Some.Midnight, "success", $"i{i}", $"os.{i}"));
        Store(store, Some.Tool, [.. many]);
        using (var reading = store.Cells(Some.Tool, Some.Query(["install"], ["os"], First, First)).GetEnumerator())
        {
            Assert.True(reading.MoveNext());
            Store(store, Some.Tool, [new("install", Some.Midnight, "success", "late", "late")]);
            store.Maintain(Some.Now);
            var seen = 1;
            while (reading.MoveNext())
                seen++;
            Assert.Equal(9_000, seen);
        }

        Assert.Equal(9_001, Cells(store, First, First, "os").Count());
    }

    static Gen<Row> SomeRow() =>
        from name in Gen.Elements("install", "remove")
        from time in Gen.Elements(-1L, 0, 1, Some.Day - 1, Some.Day, (2 * Some.Day) - 1, 2 * Some.Day)
        from status in Gen.Elements("success", "failure", "unknown")
        from installation in Gen.Elements("a", "b", "c", "an-installation-of-more-than-twelve-bytes", null)
        from os in Gen.Elements("linux", "a-system-of-more-than-twelve-bytes", "", null)
        select new Row(name, Some.Midnight + time, status, installation, os);

    // The cells as text, and for each installation its cells: together they describe the sets, except for the numbers.
    static string[] Recount(IEnumerable<Row> rows, out string[] installations)
    {
        var cells = rows
            .Where(row => DayOf(row) >= First && DayOf(row) <= First.AddDays(1))
            .GroupBy(row => (Day: DayOf(row), row.Os, row.Event, row.Status))
            .Select(cell =>
            {
                var distinct = cell.Select(row => row.Installation).OfType<string>().ToHashSet(StringComparer.Ordinal);
                string?[] values = [cell.Key.Os, cell.Key.Event, cell.Key.Status];
                return (Text: Describe(cell.Key.Day, values, cell.Count(), distinct.Count), Distinct: distinct);
            })
            .ToArray();
        installations =
        [
            .. cells.SelectMany(cell => cell.Distinct).Distinct(StringComparer.Ordinal)
                .Select(i => Join(cells.Where(cell => cell.Distinct.Contains(i)).Select(cell => cell.Text)))
                .Order(StringComparer.Ordinal),
        ];
        return [.. cells.Select(cell => cell.Text).Order(StringComparer.Ordinal)];
    }

    static string[] WhereEachIs(Cell[] cells) =>
    [
        .. cells.SelectMany(cell => cell.Installations).Distinct()
            .Select(i => Join(cells.Where(cell => cell.Installations.Contains(i)).Select(Describe)))
            .Order(StringComparer.Ordinal),
    ];

    static string Join(IEnumerable<string> cells) => string.Join('\n', cells.Order(StringComparer.Ordinal));

    static DateOnly DayOf(Row row) =>
        First.AddDays((int)Math.Floor((row.Time - Some.Midnight) / (decimal)Some.Day));

    static string Describe(Cell cell) => Describe(cell.Day, cell.Values, cell.Occurrences, cell.Installations.Count);

    static string Describe(DateOnly day, IEnumerable<string?> values, long occurrences, int installations) =>
        $"{day:yyyy-MM-dd} {string.Join('|', values.Select(value => value ?? "(null)"))} {occurrences} {installations}";

    static Cell[] Cells(IEventStore store, DateOnly from, DateOnly to, params string[] columns) =>
        [.. store.Cells(Some.Tool, Some.Query(["install", "remove"], columns, from, to))];

    void Store(IEventStore store, string tool, Row[] rows)
    {
        store.Prepare(tool, _tables);
        var installs = rows.Where(row => row.Event is "install")
            .Select(row => (row.Time, row.Status, new object?[] { row.Installation, row.Os, null }));
        var removes = rows.Where(row => row.Event is "remove")
            .Select(row => (row.Time, row.Status, new object?[] { row.Os, row.Installation }));
        store.Commit(tool, [Some.Batch(Some.Rows(_tables[0], [.. installs]), Some.Rows(_tables[1], [.. removes]))]);
    }

    sealed record Row(string Event, long Time, string Status, string? Installation, string? Os);
}
