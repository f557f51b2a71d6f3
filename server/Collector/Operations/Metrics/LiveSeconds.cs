// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>
/// A tool's last minute, second by second, for the live page. In memory only. Not thread-safe; the owner locks.
/// </summary>
sealed class LiveSeconds
{
    const int WindowSeconds = 60;

    // One more slot than the window: the current second, which is not shown yet.
    // A slot is made for its first event: most tools have none in a minute.
    readonly Slot?[] _ring = new Slot[WindowSeconds + 1];

    public void Add(DateTimeOffset now, string name, long count)
    {
        var slot = SlotOf(now.ToUnixTimeSeconds());
        slot.Events[name] = slot.Events.GetValueOrDefault(name) + count;
    }

    public void AddFailures(DateTimeOffset now, long count) => SlotOf(now.ToUnixTimeSeconds()).Failures += count;

    public IReadOnlyList<LiveSecond> LastMinute(DateTimeOffset now)
    {
        var seconds = new LiveSecond[WindowSeconds];
        var first = now.ToUnixTimeSeconds() - WindowSeconds;
        for (var i = 0; i < WindowSeconds; i++)
        {
            var second = first + i;
            var slot = _ring[second % _ring.Length];
            var current = slot?.Second == second ? slot : null;
            seconds[i] = new LiveSecond(
                DateTimeOffset.FromUnixTimeSeconds(second),
                current is null ? [] : new SortedDictionary<string, long>(current.Events, StringComparer.Ordinal),
                current?.Failures ?? 0);
        }

        return seconds;
    }

    Slot SlotOf(long second)
    {
        var slot = _ring[second % _ring.Length] ??= new Slot();
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
/// <param name="Events">Events stored in it, by name, in ordinal order; without zeros.</param>
/// <param name="Failures">Those with the status <c>failure</c>.</param>
sealed record LiveSecond(DateTimeOffset Time, SortedDictionary<string, long> Events, long Failures);
