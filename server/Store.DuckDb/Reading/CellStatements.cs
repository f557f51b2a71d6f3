// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>Builds the statements that read cells.</summary>
static class CellStatements
{
    /// <summary>The installations of a cell as the exact set of ascending numbers, and the network of each.</summary>
    public const string Set =
        "list(code ORDER BY code) FILTER (WHERE code IS NOT NULL) AS installations, " +
        "list(coalesce(network, -1) ORDER BY code) FILTER (WHERE code IS NOT NULL) AS networks " +
        "FROM pairs LEFT JOIN networks USING (day, code)";

    /// <summary>The number of installations of a cell.</summary>
    public const string SetSize = "count(code) AS installations FROM pairs";

    // One network for each installation and day, whichever cells it is in: otherwise a merged row could count for less
    // than its parts. A known network wins over an unknown one, the first day only if all of its rows say so.
    const string NetworkOf =
        "CASE WHEN bool_and(coalesce(network, -1) = 0) THEN 0 ELSE min(network) FILTER (WHERE network > 0) END";

    /// <summary>Cells from the events.</summary>
    public static string Scanned(ReadSnapshot snapshot, EventScan scan, CellQuery query, string set) =>
        Fill(Sql.Cells, scan, ("{set}", set), ("{events}", Events(snapshot, scan, query)));

    /// <summary>Cells from a rollup and later events.</summary>
    public static string Rolled(
        ReadSnapshot snapshot, RollupShape shape, EventScan scan, CellQuery query, DayRanges days, string set)
    {
        var alias = snapshot.Files.Rollups.Alias;
        var values = query.Columns.Select((column, i) => $"c.v{shape.IndexOf(column)} AS {scan.Values[i]}");
        var notDeleted = snapshot.Deletions.Count == 0
            ? ""
            : $" AND (p.code IS NULL OR p.code NOT IN {Sql.DeletedCodes(alias)})";
        return Fill(
            Sql.RolledCells, scan,
            ("{set}", set),
            ("{tail}", Tail(snapshot, shape, query, scan)),
            ("{rolled}", string.Join(", ", values.Prepend("p.day")) + ", p.code, p.n"),
            ("{where}", $"FROM {shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell) " +
                $"WHERE {days.OnDay("p.day")}{notDeleted}"),
            ("{networks}", $"{shape.Table(alias, "networks")} WHERE {days.OnDay("day")}"),
            ("{alias}", alias));
    }

    /// <summary>
    /// The number of rows that <see cref="Scanned"/> or <see cref="Rolled"/> reads for each day, by day.
    /// </summary>
    public static string RowsByDay(
        ReadSnapshot snapshot, RollupShape? shape, EventScan scan, CellQuery query, DayRanges days)
    {
        var rows = shape is null
            ? $"SELECT day FROM ({Events(snapshot, scan, query)})"
            : $"SELECT day FROM {shape.Table(snapshot.Files.Rollups.Alias, "pairs")} WHERE {days.OnDay("day")} " +
                $"UNION ALL SELECT day FROM ({Tail(snapshot, shape, query, scan)})";
        return $"SELECT day, count(*) FROM ({rows}) GROUP BY day ORDER BY day";
    }

    /// <summary>The rows that a rollup does not include yet; staged if they are in many parts.</summary>
    public static string Tail(ReadSnapshot snapshot, RollupShape shape, CellQuery query, EventScan scan)
    {
        var selects = new List<string>();
        foreach (var part in snapshot.Files.Parts)
        {
            foreach (var name in query.Events)
            {
                if (shape.Lacks(part, name, out var from) && scan.Select(part, name, from) is { } select)
                    selects.Add(select);
            }
        }

        return StagedRows.Of(snapshot.Connection, OrNothing(scan, selects));
    }

    /// <summary>Replaces the placeholders of a statement; those for the columns of a cell last.</summary>
    public static string Fill(string statement, EventScan scan, params (string Place, string Text)[] texts)
    {
        foreach (var (place, text) in texts)
            statement = statement.Replace(place, text, StringComparison.Ordinal);
        return statement
            .Replace("{network}", NetworkOf, StringComparison.Ordinal)
            .Replace("{values}", string.Join(", ", scan.Values), StringComparison.Ordinal)
            .Replace("{cell}", string.Join(", ", scan.Values.Prepend("day")), StringComparison.Ordinal);
    }

    static string Events(ReadSnapshot snapshot, EventScan scan, CellQuery query)
    {
        var selects = from part in snapshot.Files.Parts
                      from name in query.Events
                      select scan.Select(part, name);
        return string.Join("\n    UNION ALL\n    ", OrNothing(scan, [.. selects.OfType<string>()]));
    }

    // If no part has such an event: the same columns and no rows.
    static List<string> OrNothing(EventScan scan, List<string> selects)
    {
        if (selects.Count > 0)
            return selects;
        var columns = scan.Values.Where(v => v is not "event").Select(v => $", CAST(NULL AS VARCHAR) AS {v}");
        return
        [
            "SELECT CAST(NULL AS DATE) AS day, CAST(NULL AS VARCHAR) AS installation, " +
            $"CAST(NULL AS VARCHAR) AS event, CAST(NULL AS BIGINT) AS network{string.Concat(columns)} WHERE false",
        ];
    }
}
