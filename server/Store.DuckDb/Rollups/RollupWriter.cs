// SPDX-License-Identifier: MIT
// Brings the rollups of a tool up to date, and takes out of them what must go.

using System.Globalization;

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// Writes one file of rollups. A slice of rows is counted, and noted as counted, in one transaction, so that a kill at any point neither loses nor
/// counts twice. One thread at a time.
/// </summary>
/// <param name="connection">Of its own.</param>
/// <param name="alias">What the file is called.</param>
sealed class RollupWriter(Connection connection, string alias)
{
    /// <summary>How many rows are counted in one transaction: bounds the memory, and how long a cancelled call goes on.</summary>
    const int SliceRows = 500_000;

    const string PairColumns = "(day DATE, cell INTEGER, code INTEGER, n BIGINT)";

    /// <summary>Makes the tables of an empty file.</summary>
    public void Make()
    {
        using var transaction = new Transaction(connection);
        foreach (var statement in Sql.Rollups.Replace("{alias}", alias, StringComparison.Ordinal).Split(";\n"))
            connection.Execute(statement);
        transaction.Commit();
    }

    /// <summary>Adds rollups that the file does not have, and views that one of its rollups does not have.</summary>
    public void Add(IReadOnlyList<Rollup> rollups)
    {
        using var transaction = new Transaction(connection);
        var changed = false;
        foreach (var rollup in rollups)
        {
            var state = RollupState.Read(connection, alias);
            if (state.Shapes.FirstOrDefault(shape => shape.IsLike(rollup)) is not { } known)
                Add(rollup, state.Shapes.Select(shape => shape.Id).DefaultIfEmpty().Max() + 1);
            else if (rollup.Views.Any(view => known.ViewOf(view) < 0))
                Widen(known, rollup);
            else
                continue;
            changed = true;
        }

        if (changed)
            transaction.Commit();
    }

    /// <summary>Counts what came since the last time.</summary>
    /// <param name="parts">All parts, leased.</param>
    /// <param name="pause">Asked after each step: whether to leave the rest for another call.</param>
    /// <param name="cancel">Ends it after the slice that it is in.</param>
    /// <returns>How many rows were counted, each in as many rollups as it is in; and whether those were all.</returns>
    public (long Counted, bool IsAll) CatchUp(IReadOnlyList<Part> parts, Func<bool> pause, CancellationToken cancel)
    {
        long counted = 0;
        var uncounted = new Uncounted(connection, parts);
        foreach (var id in RollupState.Read(connection, alias).Shapes.Select(shape => shape.Id))
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var state = RollupState.Read(connection, alias);
                var shape = state.Shapes.Single(s => s.Id == id);
                if (uncounted.Next(shape, SliceRows) is not { } slice)
                    break;
                Count(shape, state.Frozen, slice);
                counted += slice.Count;
                if (pause())
                    return (counted, false);
            }

            if (Refresh(id, cancel) && pause())
                return (counted, false);
        }

        return (counted, true);
    }

    /// <summary>Makes the numbers for charts again of days whose sets have changed.</summary>
    public void Refresh(CancellationToken cancel)
    {
        foreach (var shape in RollupState.Read(connection, alias).Shapes)
            _ = Refresh(shape.Id, cancel);
    }

    /// <summary>Takes out the sets of days before this one; their numbers stay and never change again.</summary>
    /// <returns>Whether there was anything to take out.</returns>
    public bool Freeze(DateOnly day)
    {
        var state = RollupState.Read(connection, alias);
        if (day <= state.Frozen)
            return false;
        var old = Days.Text(day);
        var before = state.Shapes.Sum(shape => Ask($"SELECT count(*) FROM {shape.Table(alias, "pairs")} WHERE day < {old}"));
        using var transaction = new Transaction(connection);
        foreach (var shape in state.Shapes)
            connection.Execute($"DELETE FROM {shape.Table(alias, "pairs")} WHERE day < {old}");
        connection.Execute($"DELETE FROM \"{alias}\".main._dirty WHERE day < {old}");
        connection.Execute($"UPDATE \"{alias}\".main._state SET frozen = {old}");
        if (before > 0)
        {
            var used = string.Join(" UNION ALL ", state.Shapes.Select(shape => $"SELECT code FROM {shape.Table(alias, "pairs")}"));
            connection.Execute(
                $"DELETE FROM \"{alias}\".main.installations i WHERE NOT EXISTS (SELECT 1 FROM ({used}) u WHERE u.code = i.code)");
        }

        transaction.Commit();
        return before > 0;
    }

    /// <summary>Forgets what was counted of the days whose events are there; the next catching up counts all again.</summary>
    public void Reset()
    {
        var state = RollupState.Read(connection, alias);
        var live = Days.Text(state.Frozen);
        using var transaction = new Transaction(connection);
        foreach (var shape in state.Shapes)
        {
            connection.Execute($"CREATE OR REPLACE TABLE {shape.Table(alias, "pairs")} {PairColumns}"); // deleting each row would note each in memory
            connection.Execute($"DELETE FROM {shape.Table(alias, "days")} WHERE day >= {live}");
        }

        connection.Execute($"DELETE FROM \"{alias}\".main._dirty");
        connection.Execute($"DELETE FROM \"{alias}\".main._consumed");
        connection.Execute($"DELETE FROM \"{alias}\".main.installations");
        connection.Execute($"UPDATE \"{alias}\".main._shapes SET part = 0");
        transaction.Commit();
    }

    void Add(Rollup rollup, int id)
    {
        var shape = new RollupShape(id, rollup, 0, new Dictionary<string, long>(StringComparer.Ordinal));
        var values = string.Concat(shape.Values.Select(value => $", {value} VARCHAR"));
        connection.Execute($"CREATE TABLE {shape.Table(alias, "cells")} (cell INTEGER{values})");
        connection.Execute($"CREATE TABLE {shape.Table(alias, "pairs")} {PairColumns}");
        connection.Execute(
            $"CREATE TABLE {shape.Table(alias, "days")} (\"view\" INTEGER, day DATE{values}, occurrences BIGINT, installations BIGINT)");
        connection.Execute($"INSERT INTO \"{alias}\".main._shapes VALUES ({Number(id)}, $1, 0)", RollupShape.Write(rollup));
    }

    void Widen(RollupShape known, Rollup rollup)
    {
        var wider = known.Rollup with { Views = [.. known.Rollup.Views, .. rollup.Views] };
        connection.Execute($"UPDATE \"{alias}\".main._shapes SET definition = $1 WHERE id = {Number(known.Id)}", RollupShape.Write(wider));
        connection.Execute(
            $"INSERT INTO \"{alias}\".main._dirty SELECT DISTINCT {Number(known.Id)}, day FROM {known.Table(alias, "pairs")}");
    }

    void Count(RollupShape shape, DateOnly frozen, RollupSlice slice)
    {
        using var transaction = new Transaction(connection);
        if (slice.Rows.Count > 0)
            Add(shape, frozen, slice.Rows);
        connection.Execute($"UPDATE \"{alias}\".main._shapes SET part = {Number(slice.Part)} WHERE id = {Number(shape.Id)}");
        connection.Execute($"DELETE FROM \"{alias}\".main._consumed WHERE shape = {Number(shape.Id)}");
        foreach (var (name, count) in slice.Consumed)
            connection.Execute($"INSERT INTO \"{alias}\".main._consumed VALUES ({Number(shape.Id)}, $1, {Number(count)})", name);
        transaction.Commit();
    }

    void Add(RollupShape shape, DateOnly frozen, IReadOnlyList<RowRange> ranges)
    {
        var scan = new EventScan(
            shape.Rollup.Columns, shape.Rollup.Installation, $"CAST(t.\"time\" AS DATE) >= {Days.Text(frozen)}", []);
        var rows = StagedRows.Of(connection, [.. ranges.Select(range => scan.Select(range.Part, range.Event, range.From, range.To)!)]);
        var values = string.Join(", ", scan.Values.Prepend("day"));
        var (cells, pairs) = (shape.Table(alias, "cells"), shape.Table(alias, "pairs"));
        var installations = $"\"{alias}\".main.installations";
        connection.Execute(
            $"INSERT INTO {installations} SELECT (SELECT coalesce(max(code), -1) FROM {installations}) + row_number() OVER (), installation " +
            $"FROM (SELECT DISTINCT installation FROM ({rows}) r WHERE installation IS NOT NULL " +
            $"AND NOT EXISTS (SELECT 1 FROM {installations} i WHERE i.id = r.installation))");
        connection.Execute(
            $"CREATE OR REPLACE TEMP TABLE slice AS SELECT {values}, i.code, count(*) AS n " +
            $"FROM ({rows}) r LEFT JOIN {installations} i ON i.id = r.installation GROUP BY {values}, i.code");
        var distinct = shape.Rollup.Columns.Count == 0 ? "SELECT 1 FROM slice LIMIT 1" : $"SELECT DISTINCT {string.Join(", ", scan.Values)} FROM slice";
        var same = Same(shape, scan, "c", "s");
        connection.Execute(
            $"INSERT INTO {cells} SELECT (SELECT coalesce(max(cell), -1) FROM {cells}) + row_number() OVER (){string.Concat(scan.Values.Select(v => $", s.{v}"))} " +
            $"FROM ({distinct}) s WHERE NOT EXISTS (SELECT 1 FROM {cells} c WHERE {same})");
        connection.Execute(
            $"INSERT INTO {pairs} SELECT s.day, c.cell, s.code, s.n FROM slice s JOIN {cells} c ON {same} ORDER BY s.day, c.cell, s.code");
        connection.Execute($"INSERT INTO \"{alias}\".main._dirty SELECT DISTINCT {Number(shape.Id)}, day FROM slice");
    }

    static string Same(RollupShape shape, EventScan scan, string cells, string slice) => shape.Rollup.Columns.Count == 0
        ? "true"
        : string.Join(" AND ", shape.Values.Zip(scan.Values, (v, c) => $"{cells}.{v} IS NOT DISTINCT FROM {slice}.{c}"));

    // Makes the numbers for charts again of the days that changed, some days at a time so that memory is bounded. Says whether there were any.
    bool Refresh(int id, CancellationToken cancel)
    {
        var shape = RollupState.Read(connection, alias).Shapes.Single(s => s.Id == id);
        var dirty = DirtyDays(id);
        foreach (var days in dirty.Chunk(8))
        {
            cancel.ThrowIfCancellationRequested();
            var some = new Days(days);
            using var transaction = new Transaction(connection);
            connection.Execute($"DELETE FROM {shape.Table(alias, "days")} WHERE {some.OfDay("day")}");
            for (var view = 0; view < shape.Rollup.Views.Count; view++)
                Refresh(shape, view, some, cancel);
            connection.Execute($"DELETE FROM \"{alias}\".main._dirty WHERE shape = {Number(id)} AND {some.OfDay("day")}");
            transaction.Commit();
        }

        return dirty.Count > 0;
    }

    void Refresh(RollupShape shape, int view, Days days, CancellationToken cancel)
    {
        var shown = shape.Rollup.Views[view];
        var values = string.Concat(shape.Rollup.Columns.Select((column, i) =>
            shown.Contains(column, StringComparer.Ordinal) ? $", c.v{Number(i)}" : ", NULL"));
        var groups = string.Concat(shown.Select(column => $", c.v{Number(shape.IndexOf(column))}"));
        connection.Execute(
            $"INSERT INTO {shape.Table(alias, "days")} SELECT {Number(view)}, p.day{values}, sum(p.n), count(DISTINCT p.code) " +
            $"FROM {shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell) WHERE {days.OfDay("p.day")} GROUP BY p.day{groups}", cancel);
    }

    List<DateOnly> DirtyDays(int id)
    {
        var days = new List<DateOnly>();
        using var rows = connection.Query($"SELECT DISTINCT day FROM \"{alias}\".main._dirty WHERE shape = {Number(id)} ORDER BY day");
        while (rows.Read())
            days.Add(Days.FromNumber(rows.Int32(0)));
        return days;
    }

    long Ask(string sql)
    {
        using var rows = connection.Query(sql);
        return rows.Read() && !rows.IsNull(0) ? rows.Int64(0) : 0;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
