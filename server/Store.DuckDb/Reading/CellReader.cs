// SPDX-License-Identifier: MIT
// Answers questions for cells: from rollups and what came since, or, where no rollup has them, from the events.

namespace Tallymark.DuckDb.Reading;

/// <summary>Reads one tool's cells. Safe for any thread.</summary>
sealed class CellReader(string tool, Database engine, ToolFiles files, DeletedInstallations deleted)
{
    const long StepRows = 2_000_000;

    /// <summary>The cells of a query; each is made when it is asked for.</summary>
    /// <exception cref="StoreException">An event or a column is not there, or is a set.</exception>
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
        using var moment = new ReadSnapshot(engine, files, deleted);
        var (shape, kept) = (RollupFor(moment, query), Kept(moment, query));
        if (shape?.ViewOf(query.Columns) is not (>= 0 and var view))
            return [.. ReadTotals(moment, shape, query, kept)];
        var outdated = KeptNumbers.Outdated(moment, shape, kept);
        return [.. KeptNumbers.Read(moment, shape, view, query, kept, outdated), .. ReadTotals(moment, shape, query, outdated)];
    }

    IEnumerable<Cell> Read(CellQuery query)
    {
        using var moment = new ReadSnapshot(engine, files, deleted);
        foreach (var cell in Read(moment, RollupFor(moment, query), query, Kept(moment, query)))
            yield return cell;
    }

    // A rollup counts a row whose deleted id stands in another column than its own as one without an installation: then the events are asked.
    RollupShape? RollupFor(ReadSnapshot moment, CellQuery query)
    {
        var catalog = files.View.Active.Catalog;
        var isOther = query.Events.Any(name => EventScan.IdColumns(catalog, Sql.Counted, name, moment.Deleting)
            .Any(column => !string.Equals(column, query.Installation, StringComparison.Ordinal)));
        return isOther ? null : moment.State.For(query);
    }

    static Days Kept(ReadSnapshot moment, CellQuery query) =>
        new(query.From < moment.State.Frozen ? moment.State.Frozen : query.From, query.To);

    static IEnumerable<Cell> Read(ReadSnapshot moment, RollupShape? shape, CellQuery query, Days days)
    {
        if (days.IsEmpty)
            yield break;
        var scan = new EventScan(query.Columns, query.Installation, days.OfTime("t.\"time\""), moment.Deleting);
        var codes = shape is null ? null : new Codes();
        using var rows = moment.Connection.Query(Statement(moment, shape, scan, query, days, CellStatements.Set));
        while (rows.Read())
        {
            var installations = rows.IsNull(3) ? [] : rows.Int32s(3);
            codes?.Number(installations);
            yield return new Cell(Days.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), installations);
        }
    }

    static IEnumerable<CellTotal> ReadTotals(ReadSnapshot moment, RollupShape? shape, CellQuery query, Days days)
    {
        foreach (var some in InSteps(moment, shape, query, days))
        {
            var scan = new EventScan(query.Columns, query.Installation, some.OfTime("t.\"time\""), moment.Deleting);
            using var rows = moment.Connection.Query(Statement(moment, shape, scan, query, some, CellStatements.SetSize));
            while (rows.Read())
                yield return new CellTotal(Days.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), rows.Int64(3));
        }
    }

    // No number is of two days, so that a few days at a time give the same, within DuckDB's memory.
    static List<Days> InSteps(ReadSnapshot moment, RollupShape? shape, CellQuery query, Days days)
    {
        var steps = new List<Days>();
        if (days.IsEmpty)
            return steps;
        var scan = new EventScan([], query.Installation, days.OfTime("t.\"time\""), moment.Deleting);
        var (step, inStep) = (new List<DateOnly>(), 0L);
        using var rows = moment.Connection.Query(CellStatements.RowsByDay(moment, shape, scan, query, days));
        while (rows.Read())
        {
            if (step.Count > 0 && inStep + rows.Int64(1) > StepRows)
            {
                steps.Add(new Days(step));
                (step, inStep) = ([], 0L);
            }

            step.Add(Days.FromNumber(rows.Int32(0)));
            inStep += rows.Int64(1);
        }

        if (step.Count > 0)
            steps.Add(new Days(step));
        return steps;
    }

    static string Statement(ReadSnapshot moment, RollupShape? shape, EventScan scan, CellQuery query, Days days, string set) => shape is null
        ? CellStatements.Scanned(moment, scan, query, set)
        : CellStatements.Rolled(moment, shape, scan, query, days, set);

    void Check(CellQuery query)
    {
        if (query.Events.Count == 0)
            throw new StoreException("A query for cells names at least one event.");
        var catalog = files.View.Active.Catalog;
        foreach (var name in query.Events)
        {
            foreach (var column in query.Columns.Append(query.Installation).Where(c => !EventScan.IsEvent(c)))
            {
                if (catalog.TypeOf(tool, name, Sql.Plain(column)) is "VARCHAR[]")
                    throw new StoreException($"Event {name} of tool {tool}: {column} is a set; a cell has single values.");
            }
        }
    }

    /// <summary>Numbers from 0 that hold within one query, so that nobody can put two answers together by a rollup's lasting codes.</summary>
    sealed class Codes
    {
        readonly Dictionary<int, int> _numbers = [];

        public void Number(int[] codes)
        {
            for (var i = 0; i < codes.Length; i++)
            {
                if (!_numbers.TryGetValue(codes[i], out var number))
                    _numbers.Add(codes[i], number = _numbers.Count);
                codes[i] = number;
            }

            Array.Sort(codes);
        }
    }
}
