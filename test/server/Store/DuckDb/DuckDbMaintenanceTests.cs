// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>How maintenance merges and drops the files of parts.</summary>
public sealed class DuckDbMaintenanceTests : InstallTests<DuckDbEngine>
{
    [Fact]
    public void A_part_with_expired_events_only_is_dropped_once_no_batch_of_it_can_be_resent()
    {
        using var store = OpenDuckDb();
        var batch = Commit(store, InstallTable, (First, 0));
        store.Seal(Some.Tool);
        Clock.SetUtcNow(Some.Now.AddDays(10));
        Commit(store, InstallTable, (Second, 14));
        store.Maintain(Clock.GetUtcNow(), retentionDays: 5);
        Assert.Equal([false], store.Commit(Some.Tool, [batch]));

        Clock.SetUtcNow(Some.Now.AddDays(80));
        store.Maintain(Clock.GetUtcNow(), retentionDays: 5);

        Assert.Single(store.Files(Some.Tool));
        Assert.Equal(0, store.CountEvents(Some.Tool)["install"]);
    }

    [Fact]
    public void Small_parts_of_a_month_are_merged_and_no_row_is_lost_or_counted_twice()
    {
        using (var store = OpenDuckDb())
        {
            for (var i = 0; i < 6; i++)
            {
                Commit(store, InstallTable, (First, i), (Second, 0));
                store.Seal(Some.Tool);
            }

            Assert.Equal(7, store.Files(Some.Tool).Count);
            using (var reading = store.Cells(Some.Tool, Query("port")).GetEnumerator())
            {
                Assert.True(reading.MoveNext());
                Assert.True(store.Maintain(Clock.GetUtcNow()).Rewritten >= 6);
                var seen = reading.Current.Occurrences;
                while (reading.MoveNext())
                    seen += reading.Current.Occurrences;
                Assert.Equal(12, seen);
            }

            Assert.Equal(2, store.Files(Some.Tool).Count);
            Assert.Equal(12, store.Totals(Some.Tool, Query()).Sum(t => t.Occurrences));
        }

        using (var store = OpenDuckDb())
        {
            Assert.Equal(12, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal(2, store.Files(Some.Tool).Count);
        }
    }

    DuckDbEventStore OpenDuckDb() => (DuckDbEventStore)Prepared();
}
