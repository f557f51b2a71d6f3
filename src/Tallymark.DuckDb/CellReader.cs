// SPDX-License-Identifier: MIT
// Asks for cells: puts the statement together from checked names and reads what comes.

using System;
using System.Collections.Generic;
using System.Linq;
using Tallymark.DuckDb.Interop;
using Tallymark.Store;

namespace Tallymark.DuckDb;

/// <summary>One query for cells, checked against what the file has.</summary>
sealed class CellReader
{
    const long DayNanoseconds = 86_400_000_000_000;
    static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    // The last whole day whose end is a number of nanoseconds in 64 bits.
    static readonly DateOnly LastDay = DateOnly.FromDayNumber(Epoch + (int)(long.MaxValue / DayNanoseconds) - 1);

    readonly string _statement;
    readonly object[] _values;

    /// <summary>Makes the statement.</summary>
    /// <exception cref="StoreException">An event or a column is not there, or is a set.</exception>
    public CellReader(string tool, CellQuery query, Catalog catalog)
    {
        if (query.Events.Count == 0)
            throw new StoreException("A query for cells names at least one event.");
        var values = query.Columns.Select((name, i) => IsEvent(name) ? "event" : $"c{i}").ToArray();
        var events = query.Events.Select((name, i) => Select(tool, query, catalog, name, i));
        _statement = Sql.Cells
            .Replace("{events}", string.Join("\n    UNION ALL\n    ", events), StringComparison.Ordinal)
            .Replace("{values}", string.Join(", ", values), StringComparison.Ordinal)
            .Replace("{cell}", string.Join(", ", values.Prepend("day")), StringComparison.Ordinal);
        _values = [Start(query.From), End(query.To), .. query.Events];
    }

    /// <summary>Runs it; each cell is made when it is asked for.</summary>
    public IEnumerable<Cell> Read(Database database)
    {
        using var connection = database.Connect();
        using var rows = connection.Query(_statement, _values);
        while (rows.Read())
        {
            var day = DateOnly.FromDayNumber(Epoch + rows.Int32(0));
            yield return new Cell(day, rows.Texts(1), rows.Int64(2), rows.IsNull(3) ? [] : rows.Int32s(3));
        }
    }

    // Values 1 and 2 are the time, the following the events' names.
    static string Select(string tool, CellQuery query, Catalog catalog, string name, int index)
    {
        List<string> columns =
        [
            "CAST(\"time\" AS DATE) AS day",
            $"{Text(tool, catalog, name, query.Installation)} AS installation",
            $"CAST(${index + 3} AS VARCHAR) AS event",
        ];
        for (var i = 0; i < query.Columns.Count; i++)
        {
            if (!IsEvent(query.Columns[i]))
                columns.Add($"{Text(tool, catalog, name, query.Columns[i])} AS c{i}");
        }

        return $"SELECT {string.Join(", ", columns)} FROM {Sql.TableName(name)} " +
            "WHERE \"time\" >= make_timestamp_ns($1) AND \"time\" < make_timestamp_ns($2)";
    }

    static bool IsEvent(string column) => string.Equals(column, "event", StringComparison.Ordinal);

    static string Text(string tool, Catalog catalog, string table, string column)
    {
        var type = catalog.TypeOf(tool, table, column);
        if (string.Equals(type, SqlTypes.NameOf(ColumnType.TextSet), StringComparison.Ordinal))
            throw new StoreException($"Event {table} of tool {tool}: {column} is a set; a cell has single values.");
        return $"CAST({Sql.Name(column)} AS VARCHAR)";
    }

    static long Start(DateOnly day) => Math.Max(0, Clamp(day).DayNumber - Epoch) * DayNanoseconds;

    static long End(DateOnly day) => Math.Max(0, Clamp(day).DayNumber - Epoch + 1) * DayNanoseconds;

    static DateOnly Clamp(DateOnly day) => day > LastDay ? LastDay : day;
}
