// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Reads the precomputed totals of one view of a rollup, adds later events and subtracts pending deletions, without
/// counting any day again. Stateless.
/// </summary>
static class ViewTotals
{
    /// <summary>
    /// The days whose totals are older than the rollup's sets, because an update is running or was interrupted.
    /// </summary>
    public static DayRanges Outdated(ReadSnapshot snapshot, RollupShape shape, DayRanges days)
    {
        var outdated = new List<DateOnly>();
        using var rows = snapshot.Connection.Query(
            $"SELECT DISTINCT day FROM \"{snapshot.Files.Rollups.Alias}\".main._dirty " +
            $"WHERE shape = {Number(shape.Id)} AND {days.OnDay("day")}");
        while (rows.Read())
            outdated.Add(UtcDay.FromNumber(rows.Int32(0)));
        return new DayRanges(outdated);
    }

    /// <summary>The totals of a view.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="shape">The rollup.</param>
    /// <param name="view">The view's number.</param>
    /// <param name="query">Has the view's columns, in any order.</param>
    /// <param name="live">The days of the query whose events are not expired.</param>
    /// <param name="except">Days to leave out.</param>
    public static IEnumerable<CellTotal> Read(
        ReadSnapshot snapshot, RollupShape shape, int view, CellQuery query, DayRanges live, DayRanges except)
    {
        const string Time = "t.\"time\"";
        var condition = $"{live.OnTime(Time)} AND NOT {except.OnTime(Time)}";
        var scan = new EventScan(query.Columns, query.Installation, condition, snapshot.Deletions);
        var columns = query.Columns
            .Select((column, i) => (Stored: $"v{Number(shape.IndexOf(column))}", Read: scan.Values[i])).ToList();
        var alias = snapshot.Files.Rollups.Alias;
        var allDays = new DayRanges(query.From, query.To);
        string Columns(string day, Func<(string Stored, string Read), string> of) =>
            string.Join(", ", columns.Select(of).Prepend(day));

        using var rows = snapshot.Connection.Query(CellStatements.Fill(
            Sql.Totals, scan,
            ("{kept}", $"SELECT {Columns("day", c => $"{c.Stored} AS {c.Read}")}, occurrences, installations " +
                $"FROM {shape.Table(alias, "days")} " +
                $"WHERE \"view\" = {Number(view)} AND {allDays.OnDay("day")} AND NOT {except.OnDay("day")}"),
            ("{tail}", CellStatements.Tail(snapshot, shape, query, scan)),
            ("{pairs}", $"{shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell)"),
            ("{rolled}", Columns("p.day", c => $"c.{c.Stored} AS {c.Read}")),
            ("{days}", $"{live.OnDay("p.day")} AND NOT {except.OnDay("p.day")}"),
            ("{deleted}", Sql.DeletedCodes(alias)),
            ("{k.cell}", Columns("k.day", c => $"k.{c.Read}")),
            ("{same}", string.Join(
                " AND ", columns.Select(c => $"k.{c.Read} IS NOT DISTINCT FROM h.{c.Read}").Prepend("true"))),
            ("{alias}", alias)));
        while (rows.Read())
            yield return new CellTotal(UtcDay.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), rows.Int64(3));
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
