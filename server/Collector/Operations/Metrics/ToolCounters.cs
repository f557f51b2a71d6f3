// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>
/// The counters of one tool since its first event (<see cref="TotalsFiles"/>), and its last minute:
/// received = stored + dropped + refused + pending at every read. Thread-safe. Cost: one short lock per batch, so that
/// no reader sees a batch half counted.
/// </summary>
sealed class ToolCounters
{
    const int MaxPlaces = 1_000; // lines of /metrics

    readonly Lock _lock = new();
    readonly Drops _dropped = new();
    readonly LiveSeconds _seconds = new();
    readonly Dictionary<DropPlace, long> _places = [];
    long _received;
    long _stored;
    long _refused;
    long _pending;
    long _development;
    long _removed;

    /// <summary>Continues from saved totals.</summary>
    /// <param name="saved">The saved totals.</param>
    /// <param name="rows">The number of rows in the store, without those of development builds.</param>
    public ToolCounters(SavedTotals saved, long rows)
    {
        Found = Math.Max(0, rows - saved.Rows);
        Missing = Math.Max(0, saved.Rows - rows);
        _received = saved.Received + Found;
        _stored = saved.Stored + Found;
        _refused = saved.Refused;
        _dropped.Add(saved.Dropped);
        _development = saved.Development;
        _removed = saved.Removed;
    }

    /// <summary>Events that the store had at the start and the saved totals did not; counted as stored.</summary>
    public long Found { get; }

    /// <summary>Events that the saved totals count as stored and that the store did not have at the start.</summary>
    public long Missing { get; }

    /// <summary>Counts received events. Each must end in exactly one of the three calls below.</summary>
    public void Receive(long events)
    {
        lock (_lock)
        {
            _received += events;
            _pending += events;
        }
    }

    /// <summary>A batch is on disk: counts its rows as stored and the other events as dropped.</summary>
    public void Store(BatchSum sum, Drops drops, Dictionary<DropPlace, long>? places, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (place, count) in places ?? [])
            {
                if (_places.ContainsKey(place) || _places.Count < MaxPlaces)
                    _places[place] = _places.GetValueOrDefault(place) + count;
            }

            foreach (var (name, count) in sum.Events)
                _seconds.Add(now, name, count);
            _seconds.AddFailures(now, sum.Failures);
            _stored += sum.Stored;
            _development += sum.Development;
            _dropped.Add(drops);
            _pending -= sum.Stored + drops.Total;
        }
    }

    /// <summary>
    /// Where manifests did not allow events, since the start: at most <see cref="MaxPlaces"/> places.
    /// </summary>
    public IReadOnlyList<KeyValuePair<DropPlace, long>> Places
    {
        get
        {
            lock (_lock)
                return [.. _places];
        }
    }

    /// <summary>Counts all events of a batch as dropped for one reason.</summary>
    public void Drop(EventOutcome reason, long events)
    {
        lock (_lock)
        {
            _dropped.Add(reason, events);
            _pending -= events;
        }
    }

    /// <summary>Counts all events of a batch as refused; the client sends them again.</summary>
    public void Refuse(long events)
    {
        lock (_lock)
        {
            _refused += events;
            _pending -= events;
        }
    }

    /// <summary>Rows left the store; they stay counted as stored.</summary>
    public void Remove(long rows)
    {
        lock (_lock)
            _removed += rows;
    }

    /// <summary>The totals for the file: pending events count as not received yet.</summary>
    public SavedTotals ToSave()
    {
        lock (_lock)
        {
            return new SavedTotals(
                _received - _pending, _stored, CopyOfDropped(), _refused, _development, _removed);
        }
    }

    /// <summary>All counters, read at once.</summary>
    public Totals Total()
    {
        lock (_lock)
            return new Totals(_received, _stored, CopyOfDropped(), _refused, _pending) { Development = _development };
    }

    /// <summary>The last 60 whole seconds before <paramref name="now"/>, oldest first.</summary>
    public IReadOnlyList<LiveSecond> LastMinute(DateTimeOffset now)
    {
        lock (_lock)
            return _seconds.LastMinute(now);
    }

    Drops CopyOfDropped()
    {
        var copy = new Drops();
        copy.Add(_dropped);
        return copy;
    }
}

/// <summary>A tool's counters, read at once.</summary>
/// <param name="Received">Events received: the sum of the other four.</param>
/// <param name="Stored">Events on disk.</param>
/// <param name="Dropped">Events dropped, by reason.</param>
/// <param name="Refused">Events refused; their client sends them again.</param>
/// <param name="Pending">Events received and not answered yet.</param>
sealed record Totals(long Received, long Stored, Drops Dropped, long Refused, long Pending)
{
    /// <summary>Of the stored events, those of development builds.</summary>
    public long Development { get; init; }
}
