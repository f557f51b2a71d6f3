// SPDX-License-Identifier: MIT
// DuckDB passes what every store must, read back as text that DuckDB itself makes of each value.

namespace Tallymark.Store.Tests;

public sealed class DuckDbEventStoreTests : EventStoreTests
{
    protected override IEventStore Open() => new DuckDbEventStore(Folder, new DuckDbOptions { Time = new SetClock(Some.Now) });

    protected override IReadOnlyList<string?[]> Read(string tool, string table, params string[] columns)
    {
        var texts = string.Join(", ", columns.Select(column => $"CAST(\"{column}\" AS VARCHAR)"));
        return RawTool.Query(Folder, tool, $"SELECT {texts} FROM {{main.{table}}} ORDER BY \"time\"");
    }
}

public sealed class DuckDbCellTests : CellTests
{
    protected override IEventStore Open() => new DuckDbEventStore(Folder, new DuckDbOptions { Time = new SetClock(Some.Now) });
}
