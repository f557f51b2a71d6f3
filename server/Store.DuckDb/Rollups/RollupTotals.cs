// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// Recomputes a rollup's totals for charts of the days whose sets have changed. One thread at a time.
/// </summary>
/// <param name="connection">The caller's own.</param>
/// <param name="alias">The file's name in statements.</param>
sealed class RollupTotals(Connection connection, string alias)
{
    const int DaysInTransaction = 8; // bounds the memory

    /// <summary>Recomputes them.</summary>
    /// <returns>Whether there were changed days.</returns>
    public bool Refresh(int id, CancellationToken cancel)
    {
        var shape = RollupState.Read(connection, alias).Shapes.Single(s => s.Id == id);
        var changed = ChangedDays(id);
        foreach (var days in changed.Chunk(DaysInTransaction))
        {
            cancel.ThrowIfCancellationRequested();
            var some = new DayRanges(days);
            using var transaction = new Transaction(connection);
            connection.Execute($"DELETE FROM {shape.Table(alias, "days")} WHERE {some.OnDay("day")}");
            for (var view = 0; view < shape.Rollup.Views.Count; view++)
                Insert(shape, view, some, cancel);
            connection.Execute(
                $"DELETE FROM \"{alias}\".main._dirty WHERE shape = {Number(id)} AND {some.OnDay("day")}");
            transaction.Commit();
        }

        return changed.Count > 0;
    }

    void Insert(RollupShape shape, int view, DayRanges days, CancellationToken cancel)
    {
        var shown = shape.Rollup.Views[view];
        var values = string.Concat(shape.Rollup.Columns.Select((column, i) =>
            shown.Contains(column, StringComparer.Ordinal) ? $", c.v{Number(i)}" : ", NULL"));
        var groups = string.Concat(shown.Select(column => $", c.v{Number(shape.IndexOf(column))}"));
        connection.Execute(
            $"INSERT INTO {shape.Table(alias, "days")} " +
            $"SELECT {Number(view)}, p.day{values}, sum(p.n), count(DISTINCT p.code) " +
            $"FROM {shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell) " +
            $"WHERE {days.OnDay("p.day")} GROUP BY p.day{groups}",
            cancel);
    }

    List<DateOnly> ChangedDays(int id)
    {
        var days = new List<DateOnly>();
        using var rows = connection.Query(
            $"SELECT DISTINCT day FROM \"{alias}\".main._dirty WHERE shape = {Number(id)} ORDER BY day");
        while (rows.Read())
            days.Add(UtcDay.FromNumber(rows.Int32(0)));
        return days;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
