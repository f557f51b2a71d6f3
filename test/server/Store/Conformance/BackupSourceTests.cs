// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="IBackupSource"/>.</summary>
public abstract class BackupSourceTests<TEngine> : ConformanceTests<TEngine> where TEngine : StoreEngine, new()
{
    static readonly string First = Some.Id("first"), Second = Some.Id("second"), Third = Some.Id("third");
    static readonly DateOnly Day = new(2026, 11, 20);

    readonly Table _install = Some.TableOf(
        "install", Some.Field("port", FieldType.Enum), Some.Field("environment", FieldType.Environment));

    readonly Rollup _rollup = new(["install"], ["port", "status"], "installation", [["port"]]);

    [Fact]
    public void A_snapshot_has_everything_that_was_committed_and_does_not_change()
    {
        using var store = Prepared();
        Commit(store, _install, (First, 0));
        using (var snapshot = store.Snapshot(Some.Tool))
        {
            Commit(store, _install, (Second, 0));
            store.Delete(Some.Tool, [_install], [First]);
            store.Maintain(Clock.GetUtcNow());
            Assert.Contains(snapshot.Files, file => StoreEngine.Contains(file.Open(), First));
            Assert.DoesNotContain(snapshot.Files, file => StoreEngine.Contains(file.Open(), Second));
        }

        Assert.False(HasBytes(First));
    }

    [Fact]
    public void A_copy_of_a_snapshot_is_the_tool_s_folder_with_everything_in_it()
    {
        using (var store = Prepared())
        {
            var batch = Commit(store, _install, (First, 0), (Second, 0));
            store.Maintain(Clock.GetUtcNow());
            Commit(store, _install, (Third, 1));
            store.Delete(Some.Tool, [_install], [Second]);
            var copy = Path.Combine(Folder, "restored", "tools", Some.Tool);
            using (var snapshot = store.Snapshot(Some.Tool))
            {
                Commit(store, _install, (First, 2));
                foreach (var file in snapshot.Files)
                    Copy(file, Path.Combine(copy, file.RelativePath));
            }

            using var restored = Open(Path.Combine(Folder, "restored"));
            Assert.Equal([(Day, 1L), (Day.AddDays(1), 1L)], Days(restored));
            Assert.Equal([false], restored.Commit(Some.Tool, [batch]));
            Assert.Equal(1, restored.Maintain(Clock.GetUtcNow()).Deleted);
            Assert.Equal(3, Days(store).Count);
        }
    }

    [Fact]
    public void A_tool_without_data_has_no_snapshot()
    {
        using var store = Open();
        Assert.Throws<StoreException>(() => store.Snapshot(Some.Tool));
    }

    IEventStore Prepared()
    {
        var store = Open(Folder);
        store.Prepare(Some.Tool, [_install], [_rollup]);
        return store;
    }

    StoredBatch Commit(IEventWriter store, Table table, params (string Installation, int Day)[] rows) =>
        Some.Commit(store, table, Clock.GetUtcNow(), rows);

    static CellQuery Query(params string[] columns) =>
        Some.Query(["install"], columns, Day.AddDays(-9), Day.AddDays(30));

    static List<(DateOnly Day, long Occurrences)> Days(IEventStore store) =>
        [.. store.Cells(Some.Tool, Query()).Select(cell => (cell.Day, cell.Occurrences)).Order()];

    static void Copy(BackupFile file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var from = file.Open();
        using var to = File.Create(path);
        from.CopyTo(to);
        Assert.Equal(file.Length, to.Length);
    }
}
