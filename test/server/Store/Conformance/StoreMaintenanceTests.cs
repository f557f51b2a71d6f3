// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>
/// The role <see cref="IStoreMaintenance"/>: rows that must be removed leave the bytes of the storage, and no others
/// do.
/// </summary>
public abstract partial class StoreMaintenanceTests<TEngine> : InstallTests<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public void The_bytes_of_a_deleted_installation_are_gone_and_all_others_stay()
    {
        using (var store = Prepared())
        {
            Commit(store, InstallTable, (First, 0), (Second, 0));
            Split(store);
            Commit(store, InstallTable, (First, 1), (Third, 1));
            Commit(store, InstallTable.Development!, (First, 1), (Third, 1));
            store.Maintain(Clock.GetUtcNow());
            Commit(store, InstallTable, (First, 2));
            store.Delete(Some.Tool, [InstallTable], [First]);
        }

        Assert.True(HasBytes(First)); // the search works
        using (var store = Open(Folder))
        {
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(store)); // no query finds it after a restart either
            Assert.Equal(1, store.PendingDeletions(Some.Tool));
            Assert.Equal(1, store.Maintain(Clock.GetUtcNow()).Deleted);
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(store));
            Assert.False(HasBytes(First)); // while it is open, including logs and temporary files
        }

        Assert.False(HasBytes(First));
        Assert.True(HasBytes(Second));
        Assert.True(HasBytes(Third));
        using (var store = Open(Folder))
        {
            var again = Commit(store, InstallTable, (First, 3), (Second, 3));
            Assert.Equal(1, again.Rows[0].Count); // and no row of it is stored again
        }
    }

    [Fact]
    public void Events_past_the_retention_leave_the_storage_and_the_totals_of_their_days_stay()
    {
        using (var store = Prepared())
        {
            Commit(store, InstallTable, (First, 0), (Second, 1), (Third, 2));
            var before = store.Totals(Some.Tool, Query("port"));
            Assert.Equal(0, store.Maintain(Clock.GetUtcNow(), retentionDays: 5).Expired); // the 20th is five days ago
            Clock.SetUtcNow(Some.Now.AddDays(1));
            Assert.Equal(1, store.Maintain(Clock.GetUtcNow(), retentionDays: 5).Expired);
            Assert.Equal([(Day.AddDays(1), 1L), (Day.AddDays(2), 1L)], Days(store));
            Assert.Equal(2, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal(Sorted(before), Sorted(store.Totals(Some.Tool, Query("port"))));
        }

        Assert.False(HasBytes(First));
        Assert.True(HasBytes(Second));
    }

    [Fact]
    public void An_event_is_kept_as_long_as_its_own_version_of_the_manifest_says()
    {
        using (var store = Prepared())
        {
            Assert.Equal(DateOnly.MinValue, store.KeptFrom(Some.Tool));
            store.Commit(Some.Tool,
            [
                Some.Batch(OfVersion(1, First, Some.Midnight)),
                Some.Batch(OfVersion(2, Second, Some.Midnight)),
                Some.Batch(OfVersion(2, Third, Some.Midnight - Some.Day)),
            ]);
            Assert.Equal(
                [("1", 1), ("2", 1), ("2", 1)],
                store.Cells(Some.Tool, Query("manifest")).Select(c => (c.Values[0]!, c.Installations.Count)).Order());
            var retention = new Retention(6, new Dictionary<int, int> { [1] = 4, [2] = 5 });
            var report = store.Maintain(
                Some.Tool, Clock.GetUtcNow(), retention, cancel: TestContext.Current.CancellationToken);
            Assert.Equal(2, report.Expired); // the first is five days old, the third six
            Assert.Equal(1, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal(Day.AddDays(1), store.KeptFrom(Some.Tool)); // by the shortest of them
            Assert.Empty(store.Cells(Some.Tool, Query("manifest")));
        }

        Assert.False(HasBytes(First));
        Assert.True(HasBytes(Second));
        Assert.False(HasBytes(Third));
    }

    EventRows OfVersion(long version, string installation, long time) => RowValues.Rows(
        InstallTable,
        [
            .. InstallTable.Columns.Select(object? (column) => column.Name switch
            {
                "time" or "received" => time,
                "manifest" => version,
                "status" => "success",
                "installation" => installation,
                "port" => "zlib",
                _ => null,
            }),
        ]);

    [Fact]
    public void A_row_that_does_not_count_is_stored_and_in_no_cell()
    {
        using var store = Prepared();
        (long, string, object?[]) Row(string id) => (Some.Midnight, "success", [id, "zlib", null]);
        store.Commit(Some.Tool,
        [
            Some.Batch(
                Some.Rows(InstallTable, Row(First)), Some.Rows(InstallTable, counts: false, Row(Second)),
                Some.Rows(InstallTable, counts: true, Row(Third))),
        ]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(3, store.CountEvents(Some.Tool)["install"]);
            Assert.Equal(2, Assert.Single(store.Totals(Some.Tool, Query())).Installations);
            Assert.Equal(2, store.Cells(Some.Tool, Query("port")).Sum(cell => cell.Occurrences));
            store.Maintain(Clock.GetUtcNow());
        }
    }

    [Fact]
    public void An_unknown_tool_needs_no_maintenance()
    {
        using var store = Open(Folder);
        Assert.Equal(new MaintenanceReport(0, 0, 0, 0), store.Maintain(Clock.GetUtcNow()));
        Assert.Equal(0, store.PendingDeletions(Some.Tool));
        Assert.Equal(0, store.Parts(Some.Tool));
        Assert.Equal(new StoreSize(0, 0), store.Size(Some.Tool));
    }

    static List<string> Sorted(IEnumerable<CellTotal> totals) =>
    [
        .. totals.Select(t => $"{t.Day:yyyy-MM-dd} {string.Join('|', t.Values)} {t.Occurrences} {t.Installations}")
            .Order(StringComparer.Ordinal),
    ];

    // Ends the part that takes commits, in an engine that has parts: rows are then in several.
    static void Split(IEventStore store) => store.Snapshot(Some.Tool).Dispose();
}
