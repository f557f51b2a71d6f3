// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Store.Tests;

/// <summary>Objects for tests: tables of small manifests, rows, batches.</summary>
static class Some
{
    public const string Tool = "kmpkg";
    public const long Second = 1_000_000_000;
    public const long Day = 86_400 * Second;

    public static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>A time after everything that the tests commit.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    /// <summary>More days than since 1970: nothing expires.</summary>
    public const int Forever = 100_000;

    /// <summary>2026-11-20T00:00:00Z.</summary>
    public static readonly long Midnight = Nanoseconds(new DateOnly(2026, 11, 20));

    public static Field Field(string name, FieldType type) => SomeManifest.Field(name, type);

    /// <summary>The tables of a manifest with these events.</summary>
    public static IReadOnlyList<Table> Tables(params (string Event, Field[] Fields)[] events) =>
        Table.Of(SomeManifest.Of(Tool, [], [.. events.Select(e => SomeManifest.Event(e.Event, e.Fields))]));

    /// <summary>The table of one event with an installation and these fields.</summary>
    public static Table TableOf(string name, params Field[] fields) =>
        Tables((name, [Field("installation", FieldType.Installation), .. fields]))[0];

    /// <summary>
    /// Rows. Each value after the envelope is a text, long, bool, Guid, set of texts, or null.
    /// </summary>
    public static EventRows Rows(Table table, params (long Time, string Status, object?[] Values)[] rows) =>
        Rows(table, counts: null, rows);

    /// <summary>The same with the envelope's <c>counts</c>.</summary>
    public static EventRows Rows(
        Table table, bool? counts, params (long Time, string Status, object?[] Values)[] rows) =>
        Rows(table, counts, [], rows);

    /// <summary>The same with the envelope's withheld fields.</summary>
    public static EventRows Rows(
        Table table, bool? counts, string[] withheld, (long Time, string Status, object?[] Values)[] rows) =>
        RowValues.Rows(table, rows.Select(IReadOnlyList<object?> (row) =>
            [row.Time, row.Time / Second * Second, 1L, row.Status, withheld, counts, null, null, .. row.Values]));

    /// <summary>Cells with the installations of the column <c>installation</c>.</summary>
    public static CellQuery Query(string[] events, string[] columns, DateOnly from, DateOnly to) =>
        new(events, columns, from, to, "installation");

    /// <summary>Runs maintenance.</summary>
    public static MaintenanceReport Maintain(
        this IStoreMaintenance store, DateTimeOffset now, int retentionDays = Forever, string tool = Tool) =>
        store.Maintain(tool, now, retentionDays, cancel: TestContext.Current.CancellationToken);

    public static StoredBatch Batch(params EventRows[] rows) => new(Guid.NewGuid(), Midnight, rows);

    /// <summary>Commits one batch, received now: rows so many days after <see cref="Midnight"/>.</summary>
    public static StoredBatch Commit(
        IEventWriter store, Table table, DateTimeOffset now, params (string Installation, int Day)[] rows)
    {
        var all = rows.Select(row => (
            Midnight + (row.Day * Day), "success", new object?[] { row.Installation, "zlib", new[] { "ci" } }));
        var batch = Batch(Rows(table, [.. all])) with { Received = UnixTime.Nanoseconds(now) };
        Assert.Equal([true], store.Commit(Tool, [batch]));
        return batch;
    }

    /// <summary>An id of an installation, as long as a real one.</summary>
    public static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)));

    public static long Nanoseconds(DateOnly day) => (day.DayNumber - Epoch.DayNumber) * Day;
}
