// SPDX-License-Identifier: MIT
// Answers questions for cells: from rollups and what came since, or, where no rollup has them, from the events.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Tallymark.DuckDb.Deletion;
using Tallymark.DuckDb.Interop;
using Tallymark.DuckDb.Parts;
using Tallymark.DuckDb.Rollups;
using Tallymark.Store;

namespace Tallymark.DuckDb.Reading;

/// <summary>Reads one tool's cells. Safe for any thread.</summary>
sealed class CellReader(string tool, Database engine, ToolFiles files, DeletedInstallations deleted)
{
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
        using var moment = Open();
        var totals = new List<CellTotal>();
        if (RollupFor(moment, query) is { } shape && shape.ViewOf(query.Columns) is >= 0 and var view)
        {
            var live = LiveDays(moment, shape, query);
            ReadDays(moment, shape, view, query, live, totals);
            if (!live.IsEmpty)
                totals.AddRange(Read(moment, shape, query, live).Select(TotalOf));
        }
        else
        {
            totals.AddRange(Read(moment, RollupFor(moment, query), query, Kept(moment, query)).Select(TotalOf));
        }

        return totals;
    }

    static CellTotal TotalOf(Cell cell) => new(cell.Day, cell.Values, cell.Occurrences, cell.Installations.Count);

    IEnumerable<Cell> Read(CellQuery query)
    {
        using var moment = Open();
        foreach (var cell in Read(moment, RollupFor(moment, query), query, Kept(moment, query)))
            yield return cell;
    }

    /// <summary>
    /// What counts now. The order matters: first what is being deleted, then the files, then how far the rollups are. A file that lacks
    /// deleted rows may come together with a request that names them, never the other way round.
    /// </summary>
    Moment Open()
    {
        var deleting = deleted.Pending;
        var connection = engine.Connect();
        Transaction? transaction = null;
        ToolFiles.Lease? lease = null;
        try
        {
            transaction = new Transaction(connection);
            connection.Execute($"SELECT count(*) FROM {Sql.Deleting}");
            lease = files.Take();
            var state = RollupState.Read(connection, lease.View.Rollups.Alias);
            return new Moment(connection, transaction, lease, state, deleting);
        }
        catch
        {
            lease?.Dispose();
            transaction?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    // A rollup counts a row whose deleted id stands in another column than its own as one without an installation: then the events are asked.
    RollupShape? RollupFor(Moment moment, CellQuery query)
    {
        var catalog = files.View.Active.Catalog;
        var isOther = query.Events.Any(name => EventScan.IdColumns(catalog, Sql.Counted, name, moment.Deleting)
            .Any(column => !string.Equals(column, query.Installation, StringComparison.Ordinal)));
        return isOther ? null : moment.State.For(query);
    }

    static Days Kept(Moment moment, CellQuery query) =>
        new(query.From < moment.State.Frozen ? moment.State.Frozen : query.From, query.To);

    static IEnumerable<Cell> Read(Moment moment, RollupShape? shape, CellQuery query, Days days)
    {
        if (days.IsEmpty)
            yield break;
        var scan = new EventScan(query.Columns, query.Installation, days.OfTime("t.\"time\""), moment.Deleting);
        var codes = shape is null ? null : new Codes();
        using var rows = moment.Connection.Query(shape is null ? Scanned(moment, scan, query) : Rolled(moment, shape, scan, query, days));
        while (rows.Read())
        {
            var installations = rows.IsNull(3) ? [] : rows.Int32s(3);
            codes?.Number(installations);
            yield return new Cell(Days.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), installations);
        }
    }

    static string Scanned(Moment moment, EventScan scan, CellQuery query) => Fill(
        Sql.Cells, scan, ("{events}", Union(scan, from part in moment.Files.Parts
                                                  from name in query.Events
                                                  select scan.Select(part, name))));

    static string Rolled(Moment moment, RollupShape shape, EventScan scan, CellQuery query, Days days)
    {
        var alias = moment.Files.Rollups.Alias;
        var values = query.Columns.Select((column, i) => $"c.v{shape.IndexOf(column)} AS {scan.Values[i]}");
        var gone = moment.Deleting.Count == 0
            ? ""
            : $" AND (p.code IS NULL OR p.code NOT IN (SELECT i.code FROM \"{alias}\".main.installations i JOIN {Sql.Deleting} d ON d.id = i.id))";
        return Fill(
            Sql.RolledCells, scan,
            ("{tail}", Union(scan, Tail(moment, shape, query, scan))),
            ("{rolled}", string.Join(", ", values.Prepend("p.day")) + ", p.code, p.n"),
            ("{where}", $"FROM {shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell) WHERE {days.OfDay("p.day")}{gone}"),
            ("{alias}", alias));
    }

    static IEnumerable<string?> Tail(Moment moment, RollupShape shape, CellQuery query, EventScan scan)
    {
        foreach (var part in moment.Files.Parts)
        {
            foreach (var name in query.Events)
            {
                if (shape.Lacks(part, name, out var from))
                    yield return scan.Select(part, name, from);
            }
        }
    }

    static string Union(EventScan scan, IEnumerable<string?> selects)
    {
        List<string> all = [.. selects.OfType<string>()];
        if (all.Count == 0)
        {
            var columns = scan.Values.Where(v => v is not "event").Select(v => $", CAST(NULL AS VARCHAR) AS {v}");
            all.Add($"SELECT CAST(NULL AS DATE) AS day, CAST(NULL AS VARCHAR) AS installation, CAST(NULL AS VARCHAR) AS event{string.Concat(columns)} WHERE false");
        }

        return string.Join("\n    UNION ALL\n    ", all);
    }

    static string Fill(string statement, EventScan scan, params (string Place, string Text)[] texts)
    {
        foreach (var (place, text) in texts)
            statement = statement.Replace(place, text, StringComparison.Ordinal);
        return statement
            .Replace("{values}", string.Join(", ", scan.Values), StringComparison.Ordinal)
            .Replace("{cell}", string.Join(", ", scan.Values.Prepend("day")), StringComparison.Ordinal);
    }

    // The days whose kept numbers are not those of now: something came since, or is to go.
    static Days LiveDays(Moment moment, RollupShape shape, CellQuery query)
    {
        var kept = Kept(moment, query);
        if (moment.Deleting.Count > 0 || kept.IsEmpty)
            return kept;
        var scan = new EventScan([], query.Installation, kept.OfTime("t.\"time\""), []);
        var tail = Union(scan, Tail(moment, shape, query, scan));
        var days = new List<DateOnly>();
        using var rows = moment.Connection.Query(
            $"SELECT DISTINCT day FROM ({tail}) t UNION SELECT day FROM \"{moment.Files.Rollups.Alias}\".main._dirty " +
            $"WHERE shape = {shape.Id.ToString(CultureInfo.InvariantCulture)} AND {kept.OfDay("day")}");
        while (rows.Read())
            days.Add(Days.FromNumber(rows.Int32(0)));
        return new Days(days);
    }

    static void ReadDays(Moment moment, RollupShape shape, int view, CellQuery query, Days live, List<CellTotal> totals)
    {
        var values = string.Join(", ", query.Columns.Select(column => $"v{shape.IndexOf(column)}"));
        using var rows = moment.Connection.Query(
            $"SELECT day, CAST([{values}] AS VARCHAR[]), occurrences, installations FROM {shape.Table(moment.Files.Rollups.Alias, "days")} " +
            $"WHERE \"view\" = {view.ToString(CultureInfo.InvariantCulture)} AND {new Days(query.From, query.To).OfDay("day")}" +
            (live.IsEmpty ? "" : $" AND NOT ({live.OfDay("day")})"));
        while (rows.Read())
            totals.Add(new CellTotal(Days.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), rows.Int64(3)));
    }

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

    /// <summary>One moment of the store, as long as it is read.</summary>
    sealed class Moment(
        Connection connection, Transaction transaction, ToolFiles.Lease lease, RollupState state, IReadOnlyList<DeletionRequest> deleting)
        : IDisposable
    {
        public Connection Connection => connection;

        public FileView Files => lease.View;

        public RollupState State => state;

        public IReadOnlyList<DeletionRequest> Deleting => deleting;

        public void Dispose()
        {
            transaction.Dispose();
            connection.Dispose();
            lease.Dispose();
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
