// SPDX-License-Identifier: MIT
// Puts together the statements that ask for cells.

namespace Tallymark.DuckDb.Reading;

static class CellStatements
{
    /// <summary>What a cell says of its installations: the exact set as ascending numbers.</summary>
    public const string Set = "list_sort(list(code) FILTER (WHERE code IS NOT NULL))";

    /// <summary>What a cell says of its installations: how many they are.</summary>
    public const string SetSize = "count(code)";

    /// <summary>From the events.</summary>
    public static string Scanned(ReadSnapshot moment, EventScan scan, CellQuery query, string set) =>
        Fill(Sql.Cells, scan, ("{set}", set), ("{events}", Events(moment, scan, query)));

    /// <summary>From a rollup and what came since.</summary>
    public static string Rolled(ReadSnapshot moment, RollupShape shape, EventScan scan, CellQuery query, Days days, string set)
    {
        var alias = moment.Files.Rollups.Alias;
        var values = query.Columns.Select((column, i) => $"c.v{shape.IndexOf(column)} AS {scan.Values[i]}");
        var gone = moment.Deleting.Count == 0
            ? ""
            : $" AND (p.code IS NULL OR p.code NOT IN {Sql.DeletingCodes(alias)})";
        return Fill(
            Sql.RolledCells, scan,
            ("{set}", set),
            ("{tail}", Tail(moment, shape, query, scan)),
            ("{rolled}", string.Join(", ", values.Prepend("p.day")) + ", p.code, p.n"),
            ("{where}", $"FROM {shape.Table(alias, "pairs")} p JOIN {shape.Table(alias, "cells")} c USING (cell) WHERE {days.OfDay("p.day")}{gone}"),
            ("{alias}", alias));
    }

    /// <summary>How many rows <see cref="Scanned"/> or <see cref="Rolled"/> reads for each day, in the order of the days.</summary>
    public static string RowsByDay(ReadSnapshot moment, RollupShape? shape, EventScan scan, CellQuery query, Days days)
    {
        var rows = shape is null
            ? $"SELECT day FROM ({Events(moment, scan, query)})"
            : $"SELECT day FROM {shape.Table(moment.Files.Rollups.Alias, "pairs")} WHERE {days.OfDay("day")} UNION ALL SELECT day FROM ({Tail(moment, shape, query, scan)})";
        return $"SELECT day, count(*) FROM ({rows}) GROUP BY day ORDER BY day";
    }

    /// <summary>The rows that a rollup has not counted yet; where they lie in many parts, gathered.</summary>
    public static string Tail(ReadSnapshot moment, RollupShape shape, CellQuery query, EventScan scan)
    {
        var selects = new List<string>();
        foreach (var part in moment.Files.Parts)
        {
            foreach (var name in query.Events)
            {
                if (shape.Lacks(part, name, out var from) && scan.Select(part, name, from) is { } select)
                    selects.Add(select);
            }
        }

        return StagedRows.Of(moment.Connection, OrNothing(scan, selects));
    }

    /// <summary>Fills in the places of a statement; those for the columns of a cell last.</summary>
    public static string Fill(string statement, EventScan scan, params (string Place, string Text)[] texts)
    {
        foreach (var (place, text) in texts)
            statement = statement.Replace(place, text, StringComparison.Ordinal);
        return statement
            .Replace("{values}", string.Join(", ", scan.Values), StringComparison.Ordinal)
            .Replace("{cell}", string.Join(", ", scan.Values.Prepend("day")), StringComparison.Ordinal);
    }

    static string Events(ReadSnapshot moment, EventScan scan, CellQuery query)
    {
        var selects = from part in moment.Files.Parts
                      from name in query.Events
                      select scan.Select(part, name);
        return string.Join("\n    UNION ALL\n    ", OrNothing(scan, [.. selects.OfType<string>()]));
    }

    // Where no part has such an event: the same columns, and no rows.
    static List<string> OrNothing(EventScan scan, List<string> selects)
    {
        if (selects.Count > 0)
            return selects;
        var columns = scan.Values.Where(v => v is not "event").Select(v => $", CAST(NULL AS VARCHAR) AS {v}");
        return [$"SELECT CAST(NULL AS DATE) AS day, CAST(NULL AS VARCHAR) AS installation, CAST(NULL AS VARCHAR) AS event{string.Concat(columns)} WHERE false"];
    }
}
