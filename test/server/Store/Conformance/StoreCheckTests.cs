// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>The role <see cref="IStoreCheck"/>.</summary>
public abstract class StoreCheckTests<TEngine> : InstallTests<TEngine> where TEngine : StoreEngine, new()
{
    [Fact]
    public void What_does_not_change_is_read_in_steps_while_the_store_takes_commits()
    {
        using var store = Prepared();
        Commit(store, InstallTable, (First, 0), (Second, 0));
        store.Snapshot(Some.Tool).Dispose(); // completes what was committed
        Commit(store, InstallTable, (Third, 0));

        var piece = Assert.Single(store.Pieces(Some.Tool));
        Assert.Equal(new PieceCheck(Next: null, Damage: null), store.Check(piece, 0, long.MaxValue));
        var steps = 0;
        for (long? at = 0; at is { } from; steps++)
        {
            var step = store.Check(piece, from, 1);
            Assert.Null(step.Damage);
            Assert.True(step.Next is null || step.Next > from);
            at = step.Next;
        }

        Assert.InRange(steps, 2, 1000);
    }

    [Fact]
    public void Damage_is_found_in_the_file_also_while_the_store_has_read_it_before()
    {
        using var store = Prepared();
        Commit(store, InstallTable, (First, 0), (Second, 0));
        store.Snapshot(Some.Tool).Dispose();
        Assert.Single(Days(store));
        var piece = Assert.Single(store.Pieces(Some.Tool));
        using (var file = new FileStream(piece.File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Seek(piece.Bytes / 2, SeekOrigin.Begin);
            file.Write([.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i))]);
        }

        var check = store.Check(piece, 0, long.MaxValue);
        Assert.Null(check.Next);
        Assert.NotNull(check.Damage);
    }

    [Fact]
    public void An_unknown_tool_has_nothing_and_a_piece_that_is_gone_is_not_damaged()
    {
        using var store = Prepared();
        Assert.Empty(store.Pieces("unknown"));
        Assert.Equal(
            new PieceCheck(Next: null, Damage: null),
            store.Check(new StoredPiece(Path.Combine(Folder, "gone"), 1), 0, long.MaxValue));
    }
}
