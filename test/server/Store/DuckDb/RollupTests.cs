// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Store.Tests;

/// <summary>
/// After any sequence of changes, the cells and totals of a store equal a recount of its expected rows.
/// </summary>
public sealed class RollupTests : IDisposable
{
    const int Retention = 40;

    static readonly DateOnly Start = new(2026, 9, 1);

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_and_totals_equal_a_recount_after_any_sequence_of_commits_seals_deletions_retention_and_restarts()
    {
        var run = 0;
        var steps = SomeStep().ListOf(14).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(12), Prop.ForAll(steps, list =>
        {
            using var store = new CheckedStore(_folder[$"{run++}"]);
            foreach (var step in list)
                store.Do(step);
            store.Do(new Step(Kind.Maintain, 0, [], 0));
            store.Do(new Step(Kind.Restart, 0, [], 0));
        }));
    }

    [Fact]
    public void A_lost_or_damaged_rollup_is_computed_again()
    {
        using var store = new CheckedStore(_folder.Path);
        Row[] rows = [new("install", 0, "a", "linux", "success"), new("remove", 1, "b", null, "failure")];
        store.Do(new Step(Kind.Commit, 0, rows, 0));
        store.Do(new Step(Kind.Maintain, 0, [], 0));
        store.Damage();
        store.Do(new Step(Kind.Maintain, 0, [], 0));
        Assert.Contains(
            "No action is needed: the file holds only sums and is being recomputed", Assert.Single(store.Notices),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_parts_are_sealed_after_each_commit_and_merged_every_query_finds_all_committed_rows()
    {
        const int Commits = 60, Rows = 5;
        var table = Some.TableOf("install", Some.Field("os", FieldType.Enum));
        using (var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { MaxLogMiB = 0 }))
        {
            store.Prepare(Some.Tool, [table], [new Rollup(["install"], ["os"], "installation", [["os"]])]);
            long committed = 0;
            var cancel = TestContext.Current.CancellationToken;
            var committing = Task.Run(() =>
            {
                for (var i = 0; i < Commits; i++)
                {
                    var rows = Enumerable.Range(0, Rows)
                        .Select(r => (Some.Midnight, "success", new object?[] { $"{i}-{r}", "linux" }));
                    store.Commit(Some.Tool, [Some.Batch(Some.Rows(table, [.. rows]))]);
                    Interlocked.Add(ref committed, Rows);
                }
            }, cancel);
            var maintaining = Task.Run(() => Until(() => store.Maintain(Some.Now)), cancel);
            var asking = Task.Run(() => Until(() => Ask(store)), cancel);
            await Task.WhenAll(committing, maintaining, asking);
            Ask(store);

            void Until(Action work)
            {
                while (!committing.IsCompleted)
                    work();
            }

            void Ask(DuckDbEventStore of)
            {
                var least = Interlocked.Read(ref committed);
                Assert.InRange(of.CountEvents(Some.Tool).Values.Sum(), least, Commits * Rows);
                AssertAll(of, least);
            }
        }

        using (var store = new DuckDbEventStore(_folder.Path))
            AssertAll(store, Commits * Rows);

        static void AssertAll(DuckDbEventStore of, long least)
        {
            var query = new CellQuery(["install"], ["os"], new(2026, 11, 20), new(2026, 11, 20), "installation");
            foreach (var total in of.Totals(Some.Tool, query).DefaultIfEmpty(new CellTotal(query.From, [], 0, 0)))
                AssertOne(total.Occurrences, total.Installations);
            foreach (var cell in of.Cells(Some.Tool, query))
                AssertOne(cell.Occurrences, cell.Installations.Count);

            void AssertOne(long occurrences, long installations)
            {
                Assert.InRange(occurrences, least, Commits * Rows);
                Assert.Equal(occurrences, installations);
            }
        }
    }

    [Fact]
    public void Uncounted_rows_of_many_parts_are_in_every_answer()
    {
        const int Parts = 20; // more than a union has
        var table = Some.TableOf("install", Some.Field("os", FieldType.Enum));
        using var store = new DuckDbEventStore(_folder.Path, new DuckDbOptions { MaxLogMiB = 0 });
        store.Prepare(Some.Tool, [table], [new Rollup(["install"], ["os"], "installation", [["os"]])]);
        store.Maintain(Some.Now);
        for (var i = 0; i < Parts; i++)
        {
            var rows = Some.Rows(
                table, (Some.Midnight, "success", [$"{i}", "linux"]), (Some.Midnight, "success", ["all", "linux"]));
            store.Commit(Some.Tool, [Some.Batch(rows)]);
        }

        var query = new CellQuery(["install"], ["os"], new(2026, 11, 20), new(2026, 11, 20), "installation");

        for (var i = 0; i < 2; i++)
        {
            var total = Assert.Single(store.Totals(Some.Tool, query));
            var cell = Assert.Single(store.Cells(Some.Tool, query));
            Assert.Equal((2L * Parts, Parts + 1L), (total.Occurrences, total.Installations));
            Assert.Equal((2L * Parts, Parts + 1), (cell.Occurrences, cell.Installations.Count));
            Assert.Equal(i == 0 ? 2L * Parts : 0, store.Maintain(Some.Now).Rolled);
        }
    }

    [Fact]
    public void An_id_in_a_column_of_an_older_manifest_is_removed_from_the_rollups_too()
    {
        var old = Some.Tables(("install", [Some.Field("who", FieldType.Installation)]))[0];
        var now = Some.Tables(("install", [Some.Field("installation", FieldType.Installation)]))[0];
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, [old]);
        store.Prepare(Some.Tool, [now], [new Rollup(["install"], ["status"], "installation", [])]);
        var (id, other) = (new string('a', 64), new string('b', 64));
        var rows = Some.Rows(old, (Some.Midnight, "success", [id]), (Some.Midnight, "success", [other]));
        store.Commit(Some.Tool, [Some.Batch(rows)]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(now, (Some.Midnight, "success", [id])))]);
        store.Maintain(Some.Now);
        var query = Some.Query(["install"], ["status"], new(2026, 11, 20), new(2026, 11, 20));
        Assert.Equal(3, store.Totals(Some.Tool, query).Single().Occurrences);

        store.Delete(Some.Tool, [old, now], [id]);

        for (var i = 0; i < 2; i++)
        {
            var cell = Assert.Single(store.Cells(Some.Tool, query));
            Assert.Equal((1L, 0), (cell.Occurrences, cell.Installations.Count));
            Assert.Equal(1, Assert.Single(store.Totals(Some.Tool, query)).Occurrences);
            store.Maintain(Some.Now);
        }
    }

    [Fact]
    public void After_a_manifest_adds_and_removes_fields_events_and_datasets_old_data_is_readable()
    {
        var id = Some.Field("installation", FieldType.Installation);
        var (os, port) = (Some.Field("os", FieldType.Os), Some.Field("port", FieldType.Enum));
        var first = Some.Tables(("install", [id, os]));
        var second = Some.Tables(("install", [id, port]), ("search", [id, os]));
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, first, [new Rollup(["install"], ["os"], "installation", [])]);
        store.Commit(Some.Tool, [Some.Batch(Some.Rows(first[0], (Some.Midnight, "success", ["a", "linux"])))]);
        store.Maintain(Some.Now);
        store.Seal(Some.Tool);
        store.Prepare(Some.Tool, second, [new Rollup(["install", "search"], ["port"], "installation", [])]);
        var later = Some.Batch(
            Some.Rows(second[0], (Some.Midnight, "success", ["b", "zlib"])),
            Some.Rows(second[1], (Some.Midnight, "success", ["a", "macos"])));
        store.Commit(Some.Tool, [later]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(["(null) 1", "linux 1"], Cells("os", "install"));
            Assert.Equal(["(null) 1", "zlib 1"], Cells("port", "install"));
            store.Maintain(Some.Now);
        }

        List<string> Cells(string column, params string[] events) =>
        [
            .. store.Cells(Some.Tool, Some.Query(events, [column], new(2026, 11, 20), new(2026, 11, 20)))
                .Select(cell => $"{cell.Values[0] ?? "(null)"} {cell.Occurrences}").Order(StringComparer.Ordinal),
        ];
    }

    static Gen<Step> SomeStep() =>
        from kind in Gen.Elements(
            Kind.Commit, Kind.Commit, Kind.Commit, Kind.Commit, Kind.Seal, Kind.Maintain, Kind.Maintain, Kind.Delete,
            Kind.Days, Kind.Days, Kind.Month, Kind.Restart)
        from number in Gen.Choose(0, 6)
        from rows in SomeRow().ListOf(8)
        from columns in Gen.Choose(0, 3)
        select new Step(kind, number, [.. rows], columns);

    static Gen<Row> SomeRow() =>
        from name in Gen.Elements("install", "remove")
        from age in Gen.Elements(0, 0, 0, 1, 2, 7, 30, 45)
        from installation in Gen.Elements("a", "b", "c", "d", "an-installation-of-more-than-twelve-bytes", null)
        from os in Gen.Elements("linux", "a-system-of-more-than-twelve-bytes", null)
        from status in Gen.Elements("success", "failure")
        from counts in Gen.Elements(true, true, true, false)
        from network in Gen.Elements<long?>(
            null, Networks.New, Networks.New, Networks.Bucket(0, 5), Networks.Bucket(3, 5), Networks.Bucket(3, 6))
        select new Row(name, age, installation, os, status) { Counts = counts, Network = network };

    enum Kind
    {
        Commit,
        Seal,
        Maintain,
        Delete,
        Days,
        Month,
        Restart,
    }

    sealed record Step(Kind Kind, int Number, IReadOnlyList<Row> Rows, int Columns);

    /// <summary>A row, so many days before the day of its receipt.</summary>
    sealed record Row(string Event, int Age, string? Installation, string? Os, string Status)
    {
        public bool Counts { get; init; } = true;

        public DateOnly Day { get; init; }

        public long? Network { get; init; }
    }

    /// <summary>A store, and a list of its expected rows.</summary>
    sealed class CheckedStore : IDisposable
    {
        static readonly string[][] Shapes = [["os", "event", "status"], ["event"], [], ["status", "os"]];

        readonly string _folder;
        readonly FakeTimeProvider _clock = new(new DateTimeOffset(Start, new TimeOnly(12, 0), TimeSpan.Zero));
        readonly IReadOnlyList<Table> _tables = Some.Tables(
            ("install", [Some.Field("installation", FieldType.Installation), Some.Field("os", FieldType.Os)]),
            ("remove", [Some.Field("os", FieldType.Os), Some.Field("installation", FieldType.Installation)]));
        readonly List<Row> _rows = [];
        readonly Dictionary<string, List<string>> _frozen = new(StringComparer.Ordinal);
        readonly HashSet<string?> _deleted = new(StringComparer.Ordinal);
        DateOnly _kept = DateOnly.MinValue;
        DuckDbEventStore _store;

        public CheckedStore(string folder)
        {
            _folder = folder;
            _store = Open();
        }

        public List<string> Notices { get; } = [];

        DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

        public void Do(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Commit:
                    Commit(step.Rows);
                    break;
                case Kind.Seal:
                    _store.Seal(Some.Tool);
                    break;
                case Kind.Maintain:
                    Maintain();
                    break;
                case Kind.Delete:
                    var id = new[] { "a", "b", "c", "d", "e", "f", "g" }[step.Number];
                    _store.Delete(Some.Tool, _tables, [id]);
                    _deleted.Add(id);
                    _rows.RemoveAll(row => _deleted.Contains(row.Installation));
                    break;
                case Kind.Days:
                    _clock.Advance(TimeSpan.FromDays(step.Number));
                    break;
                case Kind.Month:
                    _clock.Advance(TimeSpan.FromDays(30));
                    break;
                case Kind.Restart:
                    _store.Dispose();
                    _store = Open();
                    break;
                default:
                    throw new InvalidOperationException($"There is no step {step.Kind}.");
            }

            foreach (var columns in step.Kind is Kind.Maintain or Kind.Restart ? Shapes : [Shapes[step.Columns]])
                Compare(columns);
        }

        public void Damage()
        {
            _store.Dispose();
            foreach (var file in Directory.GetFiles(Path.Combine(_folder, "tools", Some.Tool), "rollups.*"))
                File.WriteAllBytes(file, new byte[30_000]);
            _store = Open();
            Compare(Shapes[0]);
        }

        public void Dispose()
        {
            _store.Dispose();
            if (Directory.Exists(_folder))
                Directory.Delete(_folder, recursive: true);
            Directory.CreateDirectory(_folder);
        }

        DuckDbEventStore Open()
        {
            var options = new DuckDbOptions { Time = _clock, Notice = Notices.Add, Threads = 1 };
            var store = new DuckDbEventStore(_folder, options);
            store.Prepare(Some.Tool, _tables,
            [
                new Rollup(
                    ["install", "remove"], ["event", "status", "os"], "installation", [["event"], ["os", "status"]]),
            ]);
            return store;
        }

        void Commit(IReadOnlyList<Row> asked)
        {
            var rows = asked.Select(row => row with { Day = Today.AddDays(-row.Age) }).ToList();
            var all = _tables.SelectMany(table =>
                new[] { RowsOf(table, counts: true, rows), RowsOf(table, counts: false, rows) });
            var received = UnixTime.Nanoseconds(_clock.GetUtcNow());
            var batch = Some.Batch([.. all]) with { Received = received };
            Assert.Equal([true], _store.Commit(Some.Tool, [batch]));
            Assert.Equal([false], _store.Commit(Some.Tool, [batch]));
            _rows.AddRange(rows.Where(row => !_deleted.Contains(row.Installation)));
        }

        static EventRows RowsOf(Table table, bool counts, IEnumerable<Row> rows)
        {
            var own = rows.Where(row =>
                string.Equals(row.Event, table.Name, StringComparison.Ordinal) && row.Counts == counts).ToList();
            var made = Some.Rows(table, counts, [.. own.Select(row => (
                Some.Nanoseconds(row.Day) + Some.Second, row.Status,
                table.Installation == Table.EnvelopeColumns.Count
                    ? new object?[] { row.Installation, row.Os }
                    : [row.Os, row.Installation]))]);
            for (var i = 0; i < own.Count; i++)
            {
                if (own[i].Network is { } network)
                    made[Envelope.Network].Set(i, network);
            }

            return made;
        }

        void Maintain()
        {
            var kept = Today.AddDays(-Retention);
            foreach (var columns in Shapes)
            {
                // The totals of days that expire now stay.
                Frozen(columns).AddRange(Recount(columns, day => day >= _kept && day < kept));
            }

            _store.Maintain(_clock.GetUtcNow(), Retention);
            _kept = kept > _kept ? kept : _kept;
            _rows.RemoveAll(row => row.Day < _kept);
            Assert.Equal(0, _store.PendingDeletions(Some.Tool));
            Assert.Equal(_rows.Count, _store.CountEvents(Some.Tool).Values.Sum());
        }

        List<string> Frozen(string[] columns)
        {
            var key = string.Join(',', columns);
            if (!_frozen.TryGetValue(key, out var lines))
                _frozen.Add(key, lines = []);
            return lines;
        }

        void Compare(string[] columns)
        {
            var query = Some.Query(["install", "remove"], columns, Start.AddDays(-100), Start.AddDays(1000));
            var expected = Recount(columns, day => day >= _kept);
            var cells = _store.Cells(Some.Tool, query).ToList();
            Assert.All(cells, cell => Assert.Equal(cell.Installations.Distinct().Order(), cell.Installations));
            var read = Lines(cells.Select(c => (c.Day, c.Values, c.Occurrences, (long)c.Installations.Count)));
            Assert.Equal(expected, read, StringComparer.Ordinal);
            Assert.Equal(Distinct(), cells.SelectMany(cell => cell.Installations).Distinct().Count());
            Assert.Equal(
                ExpectedNetworks(columns),
                cells.Select(cell => NetworksOf(cell.Day, cell.Values, cell.Networks)).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
            var totals = _store.Totals(Some.Tool, query).Select(t => (t.Day, t.Values, t.Occurrences, t.Installations));
            var withFrozen = expected.Concat(Frozen(columns)).Order(StringComparer.Ordinal);
            Assert.Equal(withFrozen, Lines(totals), StringComparer.Ordinal);
        }

        // The networks of a cell as text, except for the numbers, which are valid in one query only.
        static string NetworksOf(DateOnly day, IReadOnlyList<string?> values, IReadOnlyList<long> networks)
        {
            var known = networks.Where(network => network > 0).ToList();
            return $"{day:yyyy-MM-dd} {string.Join('|', values)} {networks.Count(n => n == Networks.New)} new, " +
                $"{networks.Count(n => n == Networks.Unknown)} unknown, {Sizes(known)} by network, " +
                $"{Sizes(known.Where(n => Networks.BlockOf(n) > 0).Select(n => (long)Networks.BlockOf(n)))} by block";
        }

        static string Sizes(IEnumerable<long> numbers) =>
            string.Join('+', numbers.GroupBy(number => number).Select(group => group.Count()).Order());

        List<string> ExpectedNetworks(string[] columns)
        {
            var counted = _rows.Where(row => row.Counts && row.Day >= _kept).ToList();
            return
            [
                .. counted
                    .GroupBy(row => (row.Day, string.Join('|', columns.Select(column => Value(row, column)))))
                    .Select(cell => NetworksOf(
                        cell.Key.Day, [.. columns.Select(column => Value(cell.First(), column))],
                        [
                            .. cell.Select(row => row.Installation).OfType<string>().Distinct(StringComparer.Ordinal)
                                .Select(id => NetworkOf(
                                    counted.Where(r => r.Day == cell.Key.Day && r.Installation == id))),
                        ]))
                    .Order(StringComparer.Ordinal),
            ];
        }

        // Of all rows of an installation and day: the first day only if all say so; a known network before none.
        static long NetworkOf(IEnumerable<Row> rows)
        {
            var networks = rows.Select(row => row.Network ?? Networks.Unknown).ToList();
            return networks.TrueForAll(network => network == Networks.New)
                ? Networks.New
                : networks.Where(network => network > 0).DefaultIfEmpty(Networks.Unknown).Min();
        }

        int Distinct() => _rows.Where(row => row.Counts && row.Day >= _kept)
            .Select(row => row.Installation).OfType<string>().Distinct(StringComparer.Ordinal).Count();

        List<string> Recount(string[] columns, Func<DateOnly, bool> isIn) => Lines(_rows
            .Where(row => row.Counts && isIn(row.Day))
            .GroupBy(row => (row.Day, string.Join('|', columns.Select(column => Value(row, column) ?? "(null)"))))
            .Select(cell => (
                cell.Key.Day, (IReadOnlyList<string?>)[.. columns.Select(column => Value(cell.First(), column))],
                (long)cell.Count(),
                (long)cell.Select(row => row.Installation).OfType<string>().Distinct(StringComparer.Ordinal).Count())));

        static string? Value(Row row, string column) => column switch
        {
            "event" => row.Event,
            "status" => row.Status,
            _ => row.Os,
        };

        static List<string> Lines(
            IEnumerable<(DateOnly Day, IReadOnlyList<string?> Values, long Occurrences, long Installations)> cells) =>
        [
            .. cells.Select(c =>
                $"{c.Day:yyyy-MM-dd} {string.Join('|', c.Values.Select(v => v ?? "(null)"))} " +
                $"{c.Occurrences} {c.Installations}").Order(StringComparer.Ordinal),
        ];
    }
}
