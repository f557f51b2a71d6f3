// SPDX-License-Identifier: MIT
// What every store's work in the background must do: what has to go is gone from the bytes of the disk, and nothing else is.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Store.Tests;

public abstract class TendTests : IDisposable
{
    static readonly string First = Id("first"), Second = Id("second"), Third = Id("third");
    static readonly DateOnly Day = new(2026, 11, 20);

    readonly Table _install = Some.TableOf("install", Some.Field("port", FieldType.Enum), Some.Field("environment", FieldType.Environment));

    readonly Rollup _rollup = new(["install"], ["port", "status"], "installation", [["port"]]);

    protected SetClock Clock { get; } = new(Some.Now);

    protected string Folder { get; } = Some.Folder();

    /// <summary>Opens the store in a folder.</summary>
    protected abstract IEventStore Open(string folder);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_bytes_of_a_deleted_installation_are_in_no_file_and_all_others_are()
    {
        using (var store = Prepared())
        {
            Commit(store, _install, (First, 0), (Second, 0));
            store.Snapshot(Some.Tool).Dispose();
            Commit(store, _install, (First, 1), (Third, 1));
            Commit(store, _install.Development!, (First, 1), (Third, 1));
            store.Tend(Clock.Now);
            Commit(store, _install, (First, 2));
            store.Delete(Some.Tool, [_install], [First]);
        }

        Assert.NotEmpty(FilesWith(First)); // the search finds what is there
        using (var store = Open(Folder))
        {
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(store)); // after a restart too no question finds it
            Assert.Equal(1, store.Deleting(Some.Tool));
            Assert.Equal(1, store.Tend(Clock.Now).Deleted);
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(store));
            Assert.Empty(FilesWith(First)); // while it is open: logs, temporary files and all
        }

        Assert.Empty(FilesWith(First));
        Assert.NotEmpty(FilesWith(Second));
        Assert.NotEmpty(FilesWith(Third));
        using (var store = Open(Folder))
        {
            var again = Commit(store, _install, (First, 3), (Second, 3));
            Assert.Equal(1, again.Rows[0].Count); // and nothing of it is taken again
        }
    }

    [Fact]
    public void Events_over_the_retention_are_in_no_file_and_the_numbers_of_their_days_stay()
    {
        using (var store = Prepared())
        {
            Commit(store, _install, (First, 0), (Second, 1), (Third, 2));
            var before = store.Totals(Some.Tool, Query("port"));
            Assert.Equal(0, store.Tend(Clock.Now, retentionDays: 5).Expired); // the 20th is five days ago
            Clock.Now = Some.Now.AddDays(1);
            Assert.Equal(1, store.Tend(Clock.Now, retentionDays: 5).Expired);
            Assert.Equal([(Day.AddDays(1), 1L), (Day.AddDays(2), 1L)], Days(store));
            Assert.Equal(2, store.Count(Some.Tool)["install"]);
            Assert.Equal(Sorted(before), Sorted(store.Totals(Some.Tool, Query("port"))));
        }

        Assert.Empty(FilesWith(First));
        Assert.NotEmpty(FilesWith(Second));
    }

    [Fact]
    public void Files_of_events_that_are_all_over_are_gone_once_no_batch_can_come_again()
    {
        using var store = Prepared();
        var batch = Commit(store, _install, (First, 0));
        store.Snapshot(Some.Tool).Dispose();
        Clock.Now = Some.Now.AddDays(10);
        Commit(store, _install, (Second, 14));
        store.Tend(Clock.Now, retentionDays: 5);
        Assert.Equal([false], store.Commit(Some.Tool, [batch]));

        Clock.Now = Some.Now.AddDays(80);
        store.Tend(Clock.Now, retentionDays: 5);

        Assert.Single(store.Files(Some.Tool));
        Assert.Equal(0, store.Count(Some.Tool)["install"]);
    }

    [Fact]
    public void Small_files_of_a_month_are_joined_and_nothing_is_lost_or_counted_twice()
    {
        using (var store = Prepared())
        {
            for (var i = 0; i < 6; i++)
            {
                Commit(store, _install, (First, i), (Second, 0));
                store.Snapshot(Some.Tool).Dispose();
            }

            Assert.Equal(7, store.Files(Some.Tool).Count);
            using (var reading = store.Cells(Some.Tool, Query("port")).GetEnumerator())
            {
                Assert.True(reading.MoveNext());
                Assert.True(store.Tend(Clock.Now).Rewritten >= 6);
                var seen = reading.Current.Occurrences;
                while (reading.MoveNext())
                    seen += reading.Current.Occurrences;
                Assert.Equal(12, seen);
            }

            Assert.Equal(2, store.Files(Some.Tool).Count);
            Assert.Equal(12, store.Totals(Some.Tool, Query()).Sum(t => t.Occurrences));
        }

        using (var store = Open(Folder))
        {
            Assert.Equal(12, store.Count(Some.Tool)["install"]);
            Assert.Equal(2, store.Files(Some.Tool).Count);
        }
    }

    [Fact]
    public void A_snapshot_has_all_that_was_committed_and_stays_while_the_store_goes_on()
    {
        using var store = Prepared();
        Commit(store, _install, (First, 0));
        using (var snapshot = store.Snapshot(Some.Tool))
        {
            Commit(store, _install, (Second, 0));
            store.Delete(Some.Tool, [_install], [First]);
            store.Tend(Clock.Now);
            var file = Assert.Single(snapshot.Files);
            Assert.True(Contains(file, First));
            Assert.False(Contains(file, Second));
        }

        Assert.Empty(FilesWith(First));
    }

    [Fact]
    public void A_backup_is_a_tool_s_folder_with_everything_in_it_while_commits_go_on()
    {
        using (var store = Prepared())
        {
            var batch = Commit(store, _install, (First, 0), (Second, 0));
            store.Tend(Clock.Now);
            Commit(store, _install, (Third, 1));
            store.Delete(Some.Tool, [_install], [Second]);
            var copy = Path.Combine(Folder, "restored", "tools", Some.Tool);
            store.Backup(Some.Tool, copy);
            Commit(store, _install, (First, 2));
            Assert.Throws<StoreException>(() => store.Backup(Some.Tool, copy));

            using var restored = Open(Path.Combine(Folder, "restored"));
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(restored));
            Assert.Equal([false], restored.Commit(Some.Tool, [batch]));
            Assert.Equal(1, restored.Tend(Clock.Now).Deleted);
            Assert.Equal(3, Days(store).Count);
        }
    }

    [Fact]
    public void A_row_that_does_not_count_is_stored_and_is_in_no_cell()
    {
        using var store = Prepared();
        (long, string, object?[]) Row(string id) => (Some.Midnight, "success", [id, "zlib", null]);
        store.Commit(Some.Tool,
        [
            Some.Batch(Some.Rows(_install, Row(First)), Some.Rows(_install, counts: false, Row(Second)), Some.Rows(_install, counts: true, Row(Third))),
        ]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(3, store.Count(Some.Tool)["install"]);
            Assert.Equal(2, Assert.Single(store.Totals(Some.Tool, Query())).Installations);
            Assert.Equal(2, store.Cells(Some.Tool, Query("port")).Sum(cell => cell.Occurrences));
            store.Tend(Clock.Now);
        }
    }

    [Fact]
    public void A_tool_that_is_not_there_has_nothing_to_do()
    {
        using var store = Open(Folder);
        Assert.Equal(new TendReport(0, 0, 0, 0), store.Tend(Clock.Now));
        Assert.Equal(0, store.Deleting(Some.Tool));
        Assert.Empty(store.Files(Some.Tool));
        Assert.Throws<StoreException>(() => store.Snapshot(Some.Tool));
        Assert.Throws<StoreException>(() => store.Backup(Some.Tool, Path.Combine(Folder, "copy")));
    }

    IEventStore Prepared()
    {
        var store = Open(Folder);
        store.Prepare(Some.Tool, [_install], [_rollup]);
        return store;
    }

    StoredBatch Commit(IEventStore store, Table table, params (string Installation, int Day)[] rows)
    {
        var batch = Some.Batch(Some.Rows(table, [.. rows.Select(row =>
            (Some.Midnight + (row.Day * Some.Day), "success", new object?[] { row.Installation, "zlib", new[] { "ci" } }))])) with
        {
            Received = (Clock.Now - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
        Assert.Equal([true], store.Commit(Some.Tool, [batch]));
        return batch;
    }

    static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)));

    static CellQuery Query(params string[] columns) => Some.Query(["install"], columns, Day.AddDays(-9), Day.AddDays(30));

    static List<(DateOnly Day, long Occurrences)> Days(IEventStore store) =>
        [.. store.Cells(Some.Tool, Query()).Select(cell => (cell.Day, cell.Occurrences)).Order()];

    static List<string> Sorted(IEnumerable<CellTotal> totals) =>
        [.. totals.Select(t => $"{t.Day:yyyy-MM-dd} {string.Join('|', t.Values)} {t.Occurrences} {t.Installations}").Order(StringComparer.Ordinal)];

    IReadOnlyList<string> FilesWith(string text) =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && Contains(file, text))];

    // What shows that the search would find a text that is there: it finds the ids of others in each test.
    static bool Contains(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(Encoding.ASCII.GetBytes(text[..24])) >= 0;
    }
}

public sealed class DuckDbTendTests : TendTests
{
    protected override IEventStore Open(string folder) => new DuckDbEventStore(folder, new DuckDbOptions { Time = Clock });
}
