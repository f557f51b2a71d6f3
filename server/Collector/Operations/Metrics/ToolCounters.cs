// SPDX-License-Identifier: MIT
// What became of a tool's events: received = stored + dropped + refused + pending, at every moment that anybody can
// look.

namespace Tallymark.Collector.Operations;

/// <summary>
/// The counters of one tool since its first event (<see cref="TotalsBook"/>), and its last seconds. Safe for any thread; one short
/// lock for each batch, so that no reader sees a batch half counted.
/// </summary>
sealed class ToolCounters
{
    readonly Lock _lock = new();
    readonly Drops _dropped = new();
    readonly LiveSeconds _seconds = new();
    long _received;
    long _stored;
    long _refused;
    long _pending;
    long _development;
    long _removed;

    /// <summary>Goes on from what was noted.</summary>
    /// <param name="noted">The note.</param>
    /// <param name="rows">How many rows the store has, without those of the tool's own makers.</param>
    public ToolCounters(TotalsNote noted, long rows)
    {
        Found = Math.Max(0, rows - noted.Rows);
        Missing = Math.Max(0, noted.Rows - rows);
        _received = noted.Received + Found;
        _stored = noted.Stored + Found;
        _refused = noted.Refused;
        _dropped.Add(noted.Dropped);
        _development = noted.Development;
        _removed = noted.Removed;
    }

    /// <summary>Events that the store had at the start and no note: they are counted since then.</summary>
    public long Found { get; }

    /// <summary>Events that were noted as stored and were not in the store at the start.</summary>
    public long Missing { get; }

    /// <summary>Events have come; each must end in exactly one of the three below.</summary>
    public void Receive(long events)
    {
        lock (_lock)
        {
            _received += events;
            _pending += events;
        }
    }

    /// <summary>A batch is on disk: its rows are stored, the rest was dropped.</summary>
    public void Store(BatchSum sum, Drops drops, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (name, count) in sum.Events)
                _seconds.Add(now, name, count);
            _seconds.AddFailures(now, sum.Failures);
            _stored += sum.Stored;
            _development += sum.Development;
            _dropped.Add(drops);
            _pending -= sum.Stored + drops.Total;
        }
    }

    /// <summary>All events of a batch are dropped for one reason.</summary>
    public void Drop(Verdict reason, long events)
    {
        lock (_lock)
        {
            _dropped.Add(reason, events);
            _pending -= events;
        }
    }

    /// <summary>All events of a batch are refused; the client comes back with them.</summary>
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

    /// <summary>What is to be noted: as if what is pending had not come yet.</summary>
    public TotalsNote Note()
    {
        lock (_lock)
        {
            var dropped = new Drops();
            dropped.Add(_dropped);
            return new TotalsNote(_received - _pending, _stored, dropped, _refused, _development, _removed);
        }
    }

    public Totals Total()
    {
        lock (_lock)
        {
            var dropped = new Drops();
            dropped.Add(_dropped);
            return new Totals(_received, _stored, dropped, _refused, _pending);
        }
    }

    /// <summary>The last 60 whole seconds before <paramref name="now"/>, oldest first.</summary>
    public IReadOnlyList<LiveSecond> LastMinute(DateTimeOffset now)
    {
        lock (_lock)
            return _seconds.LastMinute(now);
    }
}

/// <summary>A tool's counters at one moment.</summary>
sealed record Totals(long Received, long Stored, Drops Dropped, long Refused, long Pending);
