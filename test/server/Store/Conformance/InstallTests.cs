// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>Tests of a store with one event, <c>install</c>, its rollup, and rows of three installations.</summary>
public abstract class InstallTests<TEngine> : ConformanceTests<TEngine> where TEngine : StoreEngine, new()
{
    protected static readonly string First = Some.Id("first"), Second = Some.Id("second"), Third = Some.Id("third");
    protected static readonly DateOnly Day = new(2026, 11, 20);

    /// <summary>The table of the event.</summary>
    protected Table InstallTable { get; } = Some.TableOf(
        "install", Some.Field("port", FieldType.Enum), Some.Field("environment", FieldType.Environment));

    /// <summary>Opens the store of the test's folder, with the table and its rollup.</summary>
    protected IEventStore Prepared()
    {
        var store = Open(Folder);
        store.Prepare(Some.Tool, [InstallTable], [new Rollup(["install"], ["port", "status"], "installation", [["port"]])]);
        return store;
    }

    /// <summary>Commits rows so many days after <see cref="Day"/>, received now.</summary>
    protected StoredBatch Commit(IEventWriter store, Table table, params (string Installation, int Day)[] rows) =>
        Some.Commit(store, table, Clock.GetUtcNow(), rows);

    /// <summary>A query of the event that covers all rows.</summary>
    protected static CellQuery Query(params string[] columns) =>
        Some.Query(["install"], columns, Day.AddDays(-9), Day.AddDays(30));

    /// <summary>The number of events of each day and cell, sorted.</summary>
    protected static IReadOnlyList<(DateOnly Day, long Occurrences)> Days(IEventStore store) =>
        [.. store.Cells(Some.Tool, Query()).Select(cell => (cell.Day, cell.Occurrences)).Order()];
}
