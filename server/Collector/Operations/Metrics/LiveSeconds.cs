// SPDX-License-Identifier: MIT
// The last minute of a tool, a second each: what the live page shows. Kept in memory only.

namespace Tallymark.Collector.Operations;

/// <summary>A ring of seconds. Not thread safe; its owner locks.</summary>
sealed class LiveSeconds
{
    const int Shown = 60;

    // One more than is shown: the second that is still running.
    readonly Slot[] _ring = new Slot[Shown + 1];

    public LiveSeconds()
    {
        for (var i = 0; i < _ring.Length; i++)
            _ring[i] = new Slot();
    }

    public void Add(DateTimeOffset now, string name, long count)
    {
        var slot = SlotOf(now.ToUnixTimeSeconds());
        slot.Events[name] = slot.Events.GetValueOrDefault(name) + count;
    }

    public void AddFailures(DateTimeOffset now, long count) => SlotOf(now.ToUnixTimeSeconds()).Failures += count;

    public IReadOnlyList<LiveSecond> LastMinute(DateTimeOffset now)
    {
        var seconds = new LiveSecond[Shown];
        var first = now.ToUnixTimeSeconds() - Shown;
        for (var i = 0; i < Shown; i++)
        {
            var second = first + i;
            var slot = _ring[second % _ring.Length];
            var has = slot.Second == second;
            seconds[i] = new LiveSecond(
                DateTimeOffset.FromUnixTimeSeconds(second),
                has ? new SortedDictionary<string, long>(slot.Events, StringComparer.Ordinal) : [],
                has ? slot.Failures : 0);
        }

        return seconds;
    }

    Slot SlotOf(long second)
    {
        var slot = _ring[second % _ring.Length];
        if (slot.Second != second)
        {
            slot.Second = second;
            slot.Events.Clear();
            slot.Failures = 0;
        }

        return slot;
    }

    sealed class Slot
    {
        public long Second { get; set; } = -1;

        public Dictionary<string, long> Events { get; } = new(StringComparer.Ordinal);

        public long Failures { get; set; }
    }
}

/// <summary>One second of the live view.</summary>
/// <param name="Time">Its start.</param>
/// <param name="Events">Events stored in it, by name, by bytes; none with 0.</param>
/// <param name="Failures">How many of them had the status <c>failure</c>.</param>
sealed record LiveSecond(DateTimeOffset Time, SortedDictionary<string, long> Events, long Failures);
