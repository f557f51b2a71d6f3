// SPDX-License-Identifier: MIT
// The ids of batches that a client may still send again.

namespace Tallymark.DuckDb.Parts;

/// <summary>Ids by the day of their receipt, so that old ones can be forgotten. Safe for any thread. About 40 bytes an id.</summary>
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

    /// <summary>Notes a batch.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="received">When it came, nanoseconds since 1970.</param>
    public void Add(Guid id, long received)
    {
        var day = Days.FromNumber((int)(received / Days.Nanoseconds));
        lock (_days)
        {
            if (!_days.TryGetValue(day, out var ids))
                _days.Add(day, ids = []);
            ids.Add(id);
        }
    }

    /// <summary>Forgets batches that came before a day.</summary>
    public void Forget(DateOnly before)
    {
        lock (_days)
        {
            foreach (var day in _days.Keys.TakeWhile(day => day < before).ToList())
                _days.Remove(day);
        }
    }

    /// <summary>Notes what a part has.</summary>
    public void Read(Connection connection, Part part, DateOnly from)
    {
        using var rows = connection.Query(
            $"SELECT id, received FROM \"{part.Alias}\".main._batches WHERE received >= make_timestamp_ns($1)", Days.Start(from));
        while (rows.Read())
            Add(rows.Uuid(0), rows.Int64(1));
    }
}
