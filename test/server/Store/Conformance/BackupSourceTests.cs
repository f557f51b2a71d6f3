// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="IBackupSource"/>.</summary>
public abstract class BackupSourceTests<TEngine> : InstallTests<TEngine> where TEngine : StoreEngine, new()
{
    [Fact]
    public void A_snapshot_has_everything_that_was_committed_and_does_not_change()
    {
        using var store = Prepared();
        Commit(store, InstallTable, (First, 0));
        using (var snapshot = store.Snapshot(Some.Tool))
        {
            Commit(store, InstallTable, (Second, 0));
            store.Delete(Some.Tool, [InstallTable], [First]);
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
            var batch = Commit(store, InstallTable, (First, 0), (Second, 0));
            store.Maintain(Clock.GetUtcNow());
            Commit(store, InstallTable, (Third, 1));
            store.Delete(Some.Tool, [InstallTable], [Second]);
            var copy = Path.Combine(Folder, "restored", "tools", Some.Tool);
            using (var snapshot = store.Snapshot(Some.Tool))
            {
                Commit(store, InstallTable, (First, 2));
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
    public void The_snapshot_of_a_tool_without_data_is_empty()
    {
        using var store = Open();
        using var snapshot = store.Snapshot(Some.Tool);
        Assert.Empty(snapshot.Files);
        Assert.Equal(0, store.Size(Some.Tool).Files);
    }

    static void Copy(BackupFile file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var from = file.Open();
        using var to = File.Create(path);
        from.CopyTo(to);
        Assert.Equal(file.Length, to.Length);
    }
}
