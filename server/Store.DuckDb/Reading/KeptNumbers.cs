// SPDX-License-Identifier: MIT
// The numbers for charts that a rollup keeps, brought to this moment.

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>Reads the numbers of one view of one rollup. Adds what came since it was brought up to date and takes away what is being deleted; counts no day again.</summary>
static class KeptNumbers
{
    /// <summary>The days whose numbers are older than the rollup's sets: bringing it up to date is under way, or was ended in the middle.</summary>
    public static Days Outdated(ReadSnapshot moment, RollupShape shape, Days days)
    {
        var outdated = new List<DateOnly>();
        using var rows = moment.Connection.Query(
            $"SELECT DISTINCT day FROM \"{moment.Files.Rollups.Alias}\".main._dirty WHERE shape = {Number(shape.Id)} AND {days.OfDay("day")}");
        while (rows.Read())
            outdated.Add(Days.FromNumber(rows.Int32(0)));
        return new Days(outdated);
    }

    /// <summary>The numbers of a view.</summary>
    /// <param name="moment">When.</param>
    /// <param name="shape">The rollup.</param>
    /// <param name="view">The view's number.</param>
    /// <param name="query">Has the view's columns, in any order.</param>
    /// <param name="kept">The days of the query whose events are kept.</param>
    /// <param name="except">Days that are left out.</param>
    public static IEnumerable<CellTotal> Read(ReadSnapshot moment, RollupShape shape, int view, CellQuery query, Days kept, Days except)
    {
        var scan = new EventScan(query.Columns, query.Installation, $"{kept.OfTime("t.\"time\"")} AND NOT {except.OfTime("t.\"time\"")}", moment.Deleting);
        var columns = query.Columns.Select((column, i) => (Kept: $"v{Number(shape.IndexOf(column))}", Shown: scan.Values[i])).ToList();
        var alias = moment.Files.Rollups.Alias;
        using var rows = moment.Connection.Query(CellStatements.Fill(
            Sql.Totals, scan,
            ("{kept}", $"SELECT {string.Join(", ", columns.Select(c => $"{c.Kept} AS {c.Shown}").Prepend("day"))}, occurrences, installations " +
                $"FROM {shape.Table(alias, "days")} WHERE \"view\" = {Number(view)} AND {new Days(query.From, query.To).OfDay("day")} AND NOT {except.OfDay("day")}"),
            ("{tail}", CellStatements.Tail(moment, shape, query, scan)),
            ("{pairs}", $"{shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell)"),
            ("{rolled}", string.Join(", ", columns.Select(c => $"c.{c.Kept} AS {c.Shown}").Prepend("p.day"))),
            ("{days}", $"{kept.OfDay("p.day")} AND NOT {except.OfDay("p.day")}"),
            ("{gone}", Sql.DeletingCodes(alias)),
            ("{k.cell}", string.Join(", ", columns.Select(c => $"k.{c.Shown}").Prepend("k.day"))),
            ("{same}", string.Join(" AND ", columns.Select(c => $"k.{c.Shown} IS NOT DISTINCT FROM h.{c.Shown}").Prepend("true"))),
            ("{alias}", alias)));
        while (rows.Read())
            yield return new CellTotal(Days.FromNumber(rows.Int32(0)), rows.Texts(1), rows.Int64(2), rows.Int64(3));
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
