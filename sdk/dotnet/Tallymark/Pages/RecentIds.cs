// SPDX-License-Identifier: MIT
namespace Tallymark.Pages;

/// <summary>
/// The ids of the records that pages sent last, so that a record that is sent twice is recorded once. Bounded: the
/// oldest is forgotten first. In memory only: after a restart of the server a repeated record counts twice. Not
/// thread-safe: hold <see cref="Sync"/> until the record of an added id is recorded or the id is forgotten, so that no
/// other request calls a record known that is not recorded. Cost: 5 MB when full.
/// </summary>
sealed class RecentIds
{
    const int MaxIds = 65_536;

    // Each id with the number of its addition: an id that was forgotten and added again is twice in the order.
    readonly Dictionary<UInt128, long> _ids = [];
    readonly Queue<(UInt128 Id, long Number)> _order = new();
    long _added;

    /// <summary>The lock of all members.</summary>
    internal Lock Sync { get; } = new();

    /// <summary>False if the id is there already.</summary>
    internal bool TryAdd(UInt128 id)
    {
        if (!_ids.TryAdd(id, _added))
            return false;
        _order.Enqueue((id, _added++));
        if (_order.Count > MaxIds)
            RemoveOldest();
        return true;
    }

    /// <summary>The record of that id was not recorded after all, so it may come again.</summary>
    internal void Forget(UInt128 id)
    {
        _ids.Remove(id);

        // Mostly it is the last addition, but the queue can't give that one back.
        while (_order.TryPeek(out var oldest) && !IsCurrent(oldest))
            _order.Dequeue();
    }

    void RemoveOldest()
    {
        var oldest = _order.Dequeue();
        if (IsCurrent(oldest))
            _ids.Remove(oldest.Id);
    }

    bool IsCurrent((UInt128 Id, long Number) addition) =>
        _ids.TryGetValue(addition.Id, out var number) && number == addition.Number;
}
