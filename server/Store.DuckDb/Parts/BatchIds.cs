// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// The ids of batches that a client may resend, by day of receipt. Thread-safe. Memory: about 40 bytes an id.
/// </summary>
sealed class BatchIds
{
    readonly SortedDictionary<DateOnly, HashSet<Guid>> _days = []; // guarded by itself

    /// <summary>Whether the batch is stored.</summary>
    public bool Contains(Guid id)
    {
        lock (_days)
        {
            foreach (var ids in _days.Values)
            {
                if (ids.Contains(id))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Adds a stored batch.</summary>
    /// <param name="id">The id.</param>
    /// <param name="received">The receipt time. Nanoseconds since 1970.</param>
    public void Add(Guid id, long received)
    {
        var day = UtcDay.FromNumber((int)(received / UtcDay.Nanoseconds));
        lock (_days)
        {
            if (!_days.TryGetValue(day, out var ids))
                _days.Add(day, ids = []);
            ids.Add(id);
        }
    }

    /// <summary>Removes batches received before a day.</summary>
    public void Forget(DateOnly before)
    {
        lock (_days)
        {
            foreach (var day in _days.Keys.TakeWhile(day => day < before).ToList())
                _days.Remove(day);
        }
    }

    /// <summary>The newest day of receipt; null: there are no batches.</summary>
    public DateOnly? Newest
    {
        get
        {
            lock (_days)
                return _days.Count == 0 ? null : _days.Keys.Max();
        }
    }

    /// <summary>The newest day of receipt in a part; null: it has no batches.</summary>
    public static DateOnly? NewestOf(Connection connection, Part part)
    {
        DateOnly? newest = null;
        using var rows = connection.Query(
            $"SELECT max(received) FROM \"{part.Alias}\".main._batches HAVING count(*) > 0");
        while (rows.Read())
            newest = UtcDay.FromNumber((int)(rows.Int64(0) / UtcDay.Nanoseconds));
        return newest;
    }

    /// <summary>Adds the batches of a part that were received on or after a day.</summary>
    public void Read(Connection connection, Part part, DateOnly from)
    {
        using var rows = connection.Query(
            $"SELECT id, received FROM \"{part.Alias}\".main._batches WHERE received >= make_timestamp_ns($1)",
            UtcDay.Start(from));
        while (rows.Read())
            Add(rows.Uuid(0), rows.Int64(1));
    }
}
