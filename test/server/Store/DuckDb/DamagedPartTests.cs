// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>New batches can be stored while an old part has a damaged block.</summary>
public sealed class DamagedPartTests : InstallTests<DuckDbEngine>
{
    const int FirstBlock = 3 * 4096;
    const int BlockBytes = 16 * 1024;

    [Fact]
    public void A_restart_with_damaged_installations_knows_those_of_the_other_parts_and_takes_batches()
    {
        StoredBatch stored;
        string part;
        using (var store = Prepared())
        {
            stored = Commit(
                store, InstallTable, [.. Enumerable.Range(0, 2000).Select(i => (Some.Id($"id {i}"), 0))]);
            store.Snapshot(Some.Tool).Dispose(); // completes the part
            part = Assert.Single(store.Pieces(Some.Tool)).File;
            Commit(store, InstallTable, (Third, 0));
        }

        // In most blocks are ids of installations; those of batches must be readable.
        var isTolerated = false;
        var whole = File.ReadAllBytes(part);
        for (var at = FirstBlock; at < whole.Length && !isTolerated; at += BlockBytes)
        {
            var bytes = (byte[])whole.Clone();
            bytes[at + 1000] ^= 1;
            File.WriteAllBytes(part, bytes);
            isTolerated = IsTolerated(stored);
        }

        Assert.True(isTolerated);
    }

    bool IsTolerated(StoredBatch stored)
    {
        using var store = Open(Folder);
        var known = new List<string>();
        try
        {
            foreach (var one in store.Installations(Some.Tool, [InstallTable]))
                known.Add(one.Id);
            return false; // another column is damaged
        }
        catch (DamagedStoreException)
        {
            // After the installations that can be read.
        }
        catch (StoreException)
        {
            return false; // the part can't be opened
        }

        if (known.Count == 0)
            return false; // the part can't be opened
        Assert.Equal([Third], known);
        try
        {
            Assert.False(store.IsNew(Some.Tool, stored));
        }
        catch (DamagedStoreException)
        {
            return false; // ids of batches are damaged: nothing may be stored twice, so clients wait
        }

        store.Prepare(Some.Tool, [InstallTable]);
        Commit(store, InstallTable, (Second, 1));
        Assert.Contains(store.CountDay(Some.Tool, InstallTable, Day.AddDays(1)), one => one.Installation == Second);
        return true;
    }
}
