// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Time.Testing;

namespace Tallymark.Store.Tests;

/// <summary>How maintenance merges and drops the files of parts.</summary>
public sealed class DuckDbMaintenanceTests : IDisposable
{
    static readonly string First = Some.Id("first"), Second = Some.Id("second");
    static readonly DateOnly Day = new(2026, 11, 20);

    readonly string _folder = Some.Folder();
    readonly FakeTimeProvider _clock = new(Some.Now);
    readonly Table _install = Some.TableOf(
        "install", Some.Field("port", FieldType.Enum), Some.Field("environment", FieldType.Environment));

    readonly Rollup _rollup = new(["install"], ["port", "status"], "installation", [["port"]]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_part_with_expired_events_only_is_dropped_once_no_batch_of_it_can_be_resent()
    {
        using var store = Open();
        var batch = Commit(store, _install, (First, 0));
        store.Seal(Some.Tool);
        _clock.SetUtcNow(Some.Now.AddDays(10));
        Commit(store, _install, (Second, 14));
        store.Maintain(_clock.GetUtcNow(), retentionDays: 5);
        Assert.Equal([false], store.Commit(Some.Tool, [batch]));

        _clock.SetUtcNow(Some.Now.AddDays(80));
        store.Maintain(_clock.GetUtcNow(), retentionDays: 5);

        Assert.Single(store.Files(Some.Tool));
        Assert.Equal(0, store.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void Small_parts_of_a_month_are_merged_and_no_row_is_lost_or_counted_twice()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 6; i++)
            {
                Commit(store, _install, (First, i), (Second, 0));
                store.Seal(Some.Tool);
            }

            Assert.Equal(7, store.Files(Some.Tool).Count);
            using (var reading = store.Cells(Some.Tool, Query("port")).GetEnumerator())
            {
                Assert.True(reading.MoveNext());
                Assert.True(store.Maintain(_clock.GetUtcNow()).Rewritten >= 6);
                var seen = reading.Current.Occurrences;
                while (reading.MoveNext())
                    seen += reading.Current.Occurrences;
                Assert.Equal(12, seen);
            }

            Assert.Equal(2, store.Files(Some.Tool).Count);
            Assert.Equal(12, store.Totals(Some.Tool, Query()).Sum(t => t.Occurrences));
        }

        using (var store = Open())
        {
            Assert.Equal(12, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal(2, store.Files(Some.Tool).Count);
        }
    }

    DuckDbEventStore Open()
    {
        var store = new DuckDbEventStore(_folder, new DuckDbOptions { Time = _clock });
        store.Prepare(Some.Tool, [_install], [_rollup]);
        return store;
    }

    StoredBatch Commit(IEventWriter store, Table table, params (string Installation, int Day)[] rows) =>
        Some.Commit(store, table, _clock.GetUtcNow(), rows);

    static CellQuery Query(params string[] columns) =>
        Some.Query(["install"], columns, Day.AddDays(-9), Day.AddDays(30));
}
