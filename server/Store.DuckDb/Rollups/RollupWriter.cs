// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// Changes one file of rollups. Counts a slice of rows, and records that they are counted, in one transaction: a kill
/// loses no row and counts none twice. One thread at a time.
/// </summary>
/// <param name="connection">The caller's own.</param>
/// <param name="alias">The file's name in statements.</param>
sealed class RollupWriter(Connection connection, string alias)
{
    /// <summary>Rows in one transaction: bounds the memory, and how long a cancelled call continues.</summary>
    const int SliceRows = 500_000;

    const string PairColumns = "(day DATE, cell INTEGER, code INTEGER, n BIGINT)";
    const string NetworkColumns = "(day DATE, code INTEGER, network BIGINT)";

    readonly RollupTotals _totals = new(connection, alias);

    /// <summary>Creates the tables of an empty file.</summary>
    public void CreateTables()
    {
        using var transaction = new Transaction(connection);
        foreach (var statement in Sql.Rollups.Replace("{alias}", alias, StringComparison.Ordinal).Split(";\n"))
            connection.Execute(statement);
        transaction.Commit();
    }

    /// <summary>
    /// Completes a file of an earlier version, which has no networks: its days are counted again from the events.
    /// </summary>
    public void Complete()
    {
        var shapes = RollupState.Read(connection, alias).Shapes;
        if (shapes.All(shape => Single(
            $"SELECT count(*) FROM duckdb_tables() WHERE database_name = {Sql.Text(alias)} " +
            $"AND table_name = 'networks_{Number(shape.Id)}'") > 0))
        {
            return;
        }

        foreach (var shape in shapes)
            connection.Execute($"CREATE TABLE IF NOT EXISTS {shape.Table(alias, "networks")} {NetworkColumns}");
        Reset();
    }

    /// <summary>Adds rollups that the file lacks, and views that one of its rollups lacks.</summary>
    public void Add(IReadOnlyList<Rollup> rollups)
    {
        using var transaction = new Transaction(connection);
        var hasChanged = false;
        foreach (var rollup in rollups)
        {
            var state = RollupState.Read(connection, alias);
            if (state.Shapes.FirstOrDefault(shape => shape.IsLike(rollup)) is not { } known)
                Add(rollup, state.Shapes.Select(shape => shape.Id).DefaultIfEmpty().Max() + 1);
            else if (rollup.Views.Any(view => known.ViewOf(view) < 0))
                AddViews(known, rollup);
            else
                continue;
            hasChanged = true;
        }

        if (hasChanged)
            transaction.Commit();
    }

    /// <summary>Counts new rows.</summary>
    /// <param name="parts">All parts, leased.</param>
    /// <param name="mustPause">Called after each step: whether to leave the rest to another call.</param>
    /// <param name="cancel">Stops after the current slice.</param>
    /// <returns>
    /// The number of counted rows, each as often as it is in a rollup; and whether all rows are counted.
    /// </returns>
    public (long Counted, bool IsComplete) CountNew(
        IReadOnlyList<Part> parts, Func<bool> mustPause, CancellationToken cancel)
    {
        long counted = 0;
        var uncounted = new UncountedRows(connection, parts);
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
                if (mustPause())
                    return (counted, false);
            }

            if (_totals.Refresh(id, cancel) && mustPause())
                return (counted, false);
        }

        return (counted, true);
    }

    /// <summary>Recomputes the totals for charts of days whose sets have changed.</summary>
    public void RefreshTotals(CancellationToken cancel)
    {
        foreach (var shape in RollupState.Read(connection, alias).Shapes)
            _ = _totals.Refresh(shape.Id, cancel);
    }

    /// <summary>Removes the sets of days before a day; their totals stay and never change again.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Freeze(DateOnly day)
    {
        var state = RollupState.Read(connection, alias);
        if (day <= state.Frozen)
            return false;
        var old = UtcDay.Text(day);
        var before = state.Shapes.Sum(shape =>
            Single($"SELECT count(*) FROM {shape.Table(alias, "pairs")} WHERE day < {old}"));
        using var transaction = new Transaction(connection);
        foreach (var shape in state.Shapes)
        {
            connection.Execute($"DELETE FROM {shape.Table(alias, "pairs")} WHERE day < {old}");
            connection.Execute($"DELETE FROM {shape.Table(alias, "networks")} WHERE day < {old}");
        }

        connection.Execute($"DELETE FROM \"{alias}\".main._dirty WHERE day < {old}");
        connection.Execute($"UPDATE \"{alias}\".main._state SET frozen = {old}");
        if (before > 0)
        {
            var used = string.Join(
                " UNION ALL ", state.Shapes.Select(shape => $"SELECT code FROM {shape.Table(alias, "pairs")}"));
            connection.Execute(
                $"DELETE FROM \"{alias}\".main.installations i " +
                $"WHERE NOT EXISTS (SELECT 1 FROM ({used}) u WHERE u.code = i.code)");
        }

        transaction.Commit();
        return before > 0;
    }

    /// <summary>Discards the counts of days whose events are not expired; the next update counts them again.</summary>
    public void Reset()
    {
        var state = RollupState.Read(connection, alias);
        var live = UtcDay.Text(state.Frozen);
        using var transaction = new Transaction(connection);
        foreach (var shape in state.Shapes)
        {
            // Deleting the rows instead would use memory for each of them.
            connection.Execute($"CREATE OR REPLACE TABLE {shape.Table(alias, "pairs")} {PairColumns}");
            connection.Execute($"CREATE OR REPLACE TABLE {shape.Table(alias, "networks")} {NetworkColumns}");
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
        connection.Execute($"CREATE TABLE {shape.Table(alias, "networks")} {NetworkColumns}");
        connection.Execute(
            $"CREATE TABLE {shape.Table(alias, "days")} " +
            $"(\"view\" INTEGER, day DATE{values}, occurrences BIGINT, installations BIGINT)");
        connection.Execute(
            $"INSERT INTO \"{alias}\".main._shapes VALUES ({Number(id)}, $1, 0)", RollupShape.Write(rollup));
    }

    void AddViews(RollupShape known, Rollup rollup)
    {
        var wider = known.Rollup with { Views = [.. known.Rollup.Views, .. rollup.Views] };
        connection.Execute(
            $"UPDATE \"{alias}\".main._shapes SET definition = $1 WHERE id = {Number(known.Id)}",
            RollupShape.Write(wider));
        connection.Execute(
            $"INSERT INTO \"{alias}\".main._dirty SELECT DISTINCT {Number(known.Id)}, day " +
            $"FROM {known.Table(alias, "pairs")}");
    }

    void Count(RollupShape shape, DateOnly frozen, RollupSlice slice)
    {
        using var transaction = new Transaction(connection);
        if (slice.Rows.Count > 0)
            Add(shape, frozen, slice.Rows);
        var id = Number(shape.Id);
        connection.Execute($"UPDATE \"{alias}\".main._shapes SET part = {Number(slice.Part)} WHERE id = {id}");
        connection.Execute($"DELETE FROM \"{alias}\".main._consumed WHERE shape = {id}");
        foreach (var (name, count) in slice.Consumed)
            connection.Execute($"INSERT INTO \"{alias}\".main._consumed VALUES ({id}, $1, {Number(count)})", name);
        transaction.Commit();
    }

    // 1. Give each new installation a code. 2. Group the rows. 3. Give each new combination of values a cell. 4. Add
    // the counts. 5. Add the networks.
    void Add(RollupShape shape, DateOnly frozen, IReadOnlyList<RowRange> ranges)
    {
        var notFrozen = $"CAST(t.\"time\" AS DATE) >= {UtcDay.Text(frozen)}";
        var scan = new EventScan(shape.Rollup.Columns, shape.Rollup.Installation, notFrozen, []);
        var rows = StagedRows.Of(
            connection, [.. ranges.Select(range => scan.Select(range.Part, range.Event, range.From, range.To)!)]);
        var values = string.Join(", ", scan.Values.Prepend("day"));
        var (cells, pairs) = (shape.Table(alias, "cells"), shape.Table(alias, "pairs"));
        var installations = $"\"{alias}\".main.installations";
        connection.Execute(
            $"INSERT INTO {installations} SELECT (SELECT coalesce(max(code), -1) FROM {installations}) " +
            "+ row_number() OVER (), installation " +
            $"FROM (SELECT DISTINCT installation FROM ({rows}) r WHERE installation IS NOT NULL " +
            $"AND NOT EXISTS (SELECT 1 FROM {installations} i WHERE i.id = r.installation))");
        connection.Execute(
            $"CREATE OR REPLACE TEMP TABLE slice AS SELECT {values}, i.code, count(*) AS n " +
            $"FROM ({rows}) r LEFT JOIN {installations} i ON i.id = r.installation GROUP BY {values}, i.code");
        var distinct = shape.Rollup.Columns.Count == 0
            ? "SELECT 1 FROM slice LIMIT 1"
            : $"SELECT DISTINCT {string.Join(", ", scan.Values)} FROM slice";
        var isSame = SameCell(shape, scan, "c", "s");
        var columns = string.Concat(scan.Values.Select(v => $", s.{v}"));
        connection.Execute(
            $"INSERT INTO {cells} " +
            $"SELECT (SELECT coalesce(max(cell), -1) FROM {cells}) + row_number() OVER (){columns} " +
            $"FROM ({distinct}) s WHERE NOT EXISTS (SELECT 1 FROM {cells} c WHERE {isSame})");
        connection.Execute(
            $"INSERT INTO {pairs} SELECT s.day, c.cell, s.code, s.n FROM slice s JOIN {cells} c ON {isSame} " +
            "ORDER BY s.day, c.cell, s.code");
        connection.Execute(
            $"INSERT INTO {shape.Table(alias, "networks")} SELECT DISTINCT r.day, i.code, r.network " +
            $"FROM ({rows}) r JOIN {installations} i ON i.id = r.installation ORDER BY ALL");
        connection.Execute(
            $"INSERT INTO \"{alias}\".main._dirty SELECT DISTINCT {Number(shape.Id)}, day FROM slice");
    }

    static string SameCell(RollupShape shape, EventScan scan, string cells, string slice) =>
        shape.Rollup.Columns.Count == 0
            ? "true"
            : string.Join(
                " AND ", shape.Values.Zip(scan.Values, (v, c) => $"{cells}.{v} IS NOT DISTINCT FROM {slice}.{c}"));

    long Single(string sql)
    {
        using var rows = connection.Query(sql);
        return rows.Read() && !rows.IsNull(0) ? rows.Int64(0) : 0;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
