// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Reads one tool's cells, from rollups and later events where a rollup answers a query, otherwise from the events.
/// Thread-safe.
/// </summary>
sealed class CellReader(string tool, Database engine, ToolFiles files, DeletedInstallations deleted)
{
    const long MaxStepRows = 2_000_000;

    /// <summary>The exact number of events, by event.</summary>
    public IReadOnlyDictionary<string, long> CountEvents()
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        foreach (var part in snapshot.Files.Parts)
        {
            foreach (var name in part.Catalog.Events)
            {
                var condition = string.Join(
                    " AND ",
                    EventScan.NotDeleted(part.Catalog, Sql.Counted, name, snapshot.Deletions).DefaultIfEmpty("true"));
                using var rows = snapshot.Connection.Query(
                    $"SELECT count(*) FROM {Sql.TableName(part.Alias, Sql.Counted, name)} t WHERE {condition}");
                counts[name] = counts.GetValueOrDefault(name) + (rows.Read() ? rows.Int64(0) : 0);
            }
        }

        return counts;
    }

    /// <summary>The installations with a counted event, each at least once, and the first day of receipt.</summary>
    public IEnumerable<KnownInstallation> Installations(IReadOnlyList<Table> tables)
    {
        DamagedFileException? damage = null;
        using var lease = files.Acquire();
        using var connection = engine.Connect(); // disposed before the lease, because it may still read from the files
        var columns = tables.Where(t => t.CountedBy >= 0)
            .Select(t => (Table: t.Name, Column: t.Columns[t.CountedBy].Name)).Distinct().ToList();
        foreach (var part in lease.View.Parts)
        {
            foreach (var (table, column) in columns)
            {
                if (part.Catalog.Find(Sql.Counted, table, column) is null)
                    continue;
                var hasCounts = part.Catalog.Find(Sql.Counted, table, Table.Counts) is not null;
                var counts = hasCounts ? $"{Sql.Name(Table.Counts)} IS NOT FALSE" : "true";
                using var rows = TryFirst(
                    connection,
                    $"SELECT {Sql.Name(column)}, CAST(min(received) AS DATE) " +
                    $"FROM {Sql.TableName(part.Alias, Sql.Counted, table)} " +
                    $"WHERE {Sql.Name(column)} IS NOT NULL AND {counts} GROUP BY ALL",
                    ref damage);
                if (rows is null)
                    continue;
                do
                    yield return new KnownInstallation(rows.Text(0)!, UtcDay.FromNumber(rows.Int32(1)));
                while (rows.Read());
            }
        }

        if (damage is not null)
            throw damage;
    }

    // The rows of a grouped query, at the first of them; null: there is none, or the file is damaged. The query reads
    // the whole file before the first row comes.
    static Rows? TryFirst(Connection connection, string sql, ref DamagedFileException? damage)
    {
        Rows? rows = null;
        try
        {
            rows = connection.Query(sql);
            if (rows.Read())
                return rows;
        }
        catch (DamagedFileException e)
        {
            damage = e;
        }

        rows?.Dispose();
        return null;
    }

    /// <summary>The counted events of a table and day, by installation and network.</summary>
    public IReadOnlyList<SourceCount> CountDay(Table table, DateOnly day)
    {
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        var installation = table.CountedBy < 0 ? "event" : table.Columns[table.CountedBy].Name;
        var scan = new EventScan([], installation, new DayRanges(day, day).OnTime("t.\"time\""), snapshot.Deletions);
        var counts = new List<SourceCount>();
        foreach (var select in snapshot.Files.Parts.Select(part => scan.Select(part, table.Name)).OfType<string>())
        {
            try
            {
                using var rows = snapshot.Connection.Query(
                    $"SELECT installation, network, count(*) FROM ({select}) GROUP BY ALL");
                while (rows.Read())
                    counts.Add(new SourceCount(rows.Text(0), rows.IsNull(1) ? null : rows.Int64(1), rows.Int64(2)));
            }
            catch (DamagedFileException)
            {
                // Its events can't be published either, and new events must not wait for a repair.
            }
        }

        return counts;
    }

    /// <summary>How many installations sent from more than so many networks on a day.</summary>
    public int CountShared(IReadOnlyList<Table> tables, DateOnly day, int maxNetworks)
    {
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        var where = new DayRanges(day, day).OnTime("t.\"time\"");
        var selects = tables.Where(table => table.CountedBy >= 0)
            .Select(table => (table.Name, Column: table.Columns[table.CountedBy].Name)).Distinct()
            .SelectMany(table => snapshot.Files.Parts.Select(part =>
                new EventScan([], table.Column, where, snapshot.Deletions).Select(part, table.Name)))
            .OfType<string>().ToList();
        if (selects.Count == 0)
            return 0;
        using var rows = snapshot.Connection.Query(
            $"SELECT count(*) FROM (SELECT installation FROM ({string.Join(" UNION ALL ", selects)}) "
            + $"WHERE installation IS NOT NULL AND network <> {Networks.New.ToString(CultureInfo.InvariantCulture)} "
            + "GROUP BY installation HAVING count(DISTINCT network) > $1)",
            (long)maxNetworks);
        return rows.Read() ? (int)rows.Int64(0) : 0;
    }

    /// <summary>The first day that has cells.</summary>
    public DateOnly KeptFrom()
    {
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        return snapshot.State.Frozen;
    }

    /// <summary>The cells of a query, read while they are enumerated.</summary>
    /// <exception cref="StoreException">An event or a column does not exist, or a column is a set.</exception>
    public IEnumerable<Cell> Cells(CellQuery query)
    {
        Check(query);
        return Read(query);
    }

    /// <summary>The same as numbers.</summary>
    /// <exception cref="StoreException">As with <see cref="Cells"/>, or the store failed.</exception>
    public IReadOnlyList<CellTotal> Totals(CellQuery query)
    {
        Check(query);
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        var (shape, live) = (RollupFor(snapshot, query), LiveDays(snapshot, query));
        if (shape?.ViewOf(query.Columns) is not (>= 0 and var view))
            return [.. ReadTotals(snapshot, shape, query, live)];
        var outdated = ViewTotals.Outdated(snapshot, shape, live);
        return
        [
            .. ViewTotals.Read(snapshot, shape, view, query, live, outdated),
            .. ReadTotals(snapshot, shape, query, outdated),
        ];
    }

    IEnumerable<Cell> Read(CellQuery query)
    {
        using var snapshot = new ReadSnapshot(engine, files, deleted);
        foreach (var cell in Read(snapshot, RollupFor(snapshot, query), query, LiveDays(snapshot, query)))
            yield return cell;
    }

    // A rollup counts a row with a deleted id in a column other than its own as a row without an installation: read
    // events instead.
    RollupShape? RollupFor(ReadSnapshot snapshot, CellQuery query)
    {
        var catalog = files.View.Active.Catalog;
        var hasOtherColumn = query.Events.Any(name => EventScan
            .IdColumns(catalog, Sql.Counted, name, snapshot.Deletions)
            .Any(column => !string.Equals(column, query.Installation, StringComparison.Ordinal)));
        return hasOtherColumn ? null : snapshot.State.For(query);
    }

    // The days of the query whose events are not expired.
    static DayRanges LiveDays(ReadSnapshot snapshot, CellQuery query) =>
        new(query.From < snapshot.State.Frozen ? snapshot.State.Frozen : query.From, query.To);

    static IEnumerable<Cell> Read(ReadSnapshot snapshot, RollupShape? shape, CellQuery query, DayRanges days)
    {
        if (days.IsEmpty)
            yield break;
        var scan = new EventScan(query.Columns, query.Installation, days.OnTime("t.\"time\""), snapshot.Deletions);
        var numbers = new QueryNumbers(renumberCodes: shape is not null);
        using var rows = snapshot.Connection.Query(Statement(snapshot, shape, scan, query, days, CellStatements.Set));
        while (rows.Read())
        {
            var installations = rows.IsNull(3) ? [] : rows.Int32s(3);
            var networks = rows.IsNull(4) ? [] : rows.Int64s(4);
            numbers.Renumber(installations, networks);
            yield return new Cell(
                UtcDay.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), installations, networks);
        }
    }

    static IEnumerable<CellTotal> ReadTotals(ReadSnapshot snapshot, RollupShape? shape, CellQuery query, DayRanges days)
    {
        foreach (var step in Steps(snapshot, shape, query, days))
        {
            var scan = new EventScan(query.Columns, query.Installation, step.OnTime("t.\"time\""), snapshot.Deletions);
            using var rows = snapshot.Connection.Query(
                Statement(snapshot, shape, scan, query, step, CellStatements.SetSize));
            while (rows.Read())
            {
                yield return new CellTotal(
                    UtcDay.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), rows.Int64(3));
            }
        }
    }

    // A total belongs to one day, so reading a few days at a time gives the same totals within DuckDB's memory limit.
    static List<DayRanges> Steps(ReadSnapshot snapshot, RollupShape? shape, CellQuery query, DayRanges days)
    {
        var steps = new List<DayRanges>();
        if (days.IsEmpty)
            return steps;
        var scan = new EventScan([], query.Installation, days.OnTime("t.\"time\""), snapshot.Deletions);
        var (step, stepRows) = (new List<DateOnly>(), 0L);
        using var rows = snapshot.Connection.Query(CellStatements.RowsByDay(snapshot, shape, scan, query, days));
        while (rows.Read())
        {
            if (step.Count > 0 && stepRows + rows.Int64(1) > MaxStepRows)
            {
                steps.Add(new DayRanges(step));
                (step, stepRows) = ([], 0L);
            }

            step.Add(UtcDay.FromNumber(rows.Int32(0)));
            stepRows += rows.Int64(1);
        }

        if (step.Count > 0)
            steps.Add(new DayRanges(step));
        return steps;
    }

    static string Statement(
        ReadSnapshot snapshot, RollupShape? shape, EventScan scan, CellQuery query, DayRanges days, string set) =>
        shape is null
        ? CellStatements.Scanned(snapshot, scan, query, set)
        : CellStatements.Rolled(snapshot, shape, scan, query, days, set);

    void Check(CellQuery query)
    {
        if (query.Events.Count == 0)
            throw new StoreException("The query has no events. Name at least one.");
        var catalog = files.View.Active.Catalog;
        foreach (var name in query.Events)
        {
            foreach (var column in query.Columns.Append(query.Installation).Where(c => !EventScan.IsEvent(c)))
            {
                if (catalog.TypeOf(tool, name, Sql.Plain(column)) is "VARCHAR[]")
                {
                    throw new StoreException(
                        $"Event {name} of tool {tool}: {column} is a set. Query columns with single values only.");
                }
            }
        }
    }
}
