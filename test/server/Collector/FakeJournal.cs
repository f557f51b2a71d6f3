// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>A journal in memory that a test can block and make fail.</summary>
sealed class FakeJournal : IJournal
{
    readonly Lock _lock = new();
    readonly HashSet<Guid> _waiting = [];

    /// <summary>Each write takes a slot; a test that blocks writes starts with none.</summary>
    public SemaphoreSlim MayWrite { get; init; } = new(int.MaxValue);

    /// <summary>Released when a write has begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    /// <summary>Whether the write with this number, from 1, fails.</summary>
    public Func<int, bool> Fails { get; set; } = _ => false;

    public int Writes { get; private set; }

    public int LargestGroup { get; private set; }

    /// <summary>How many batches were written and are not done.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>The batches that a start finds.</summary>
    public IReadOnlyList<JournaledBatch> Left { get; init; } = [];

    public IEnumerable<JournaledBatch> Read(TableFinder tables) => Left;

    public IReadOnlyList<HeldBatch> Held => [];

    public IReadOnlyList<JournaledBatch> TakeHeld(TableFinder tables) => [];

    public void Append(IReadOnlyList<JournaledBatch> batches)
    {
        Begun.Release();
        MayWrite.Wait();
        lock (_lock)
        {
            LargestGroup = Math.Max(LargestGroup, batches.Count);
            if (Fails(++Writes))
                throw new IOException("The test's disk is full.");
            foreach (var batch in batches)
                _waiting.Add(batch.Batch.Id);
        }
    }

    /// <summary>Lets all writes through from now on.</summary>
    public void Release()
    {
        if (MayWrite.CurrentCount < int.MaxValue / 2)
            MayWrite.Release(int.MaxValue / 2);
    }

    public void Done(JournaledBatch batch)
    {
        lock (_lock)
            _waiting.Remove(batch.Batch.Id);
    }

    public long Close() => 0;

    public JournalSize Size => new(1, 0);

    public bool IsGone(long number) => Waiting == 0;

    public void Dispose()
    {
    }
}
