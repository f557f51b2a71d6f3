// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// Ended events, kept for reuse, so that a record in a running process allocates nothing. The oldest event is reused
/// first, and some always wait: code that holds an event after its end, against the rules, meets a reused one only
/// after many other events have ended. Thread-safe.
/// </summary>
sealed class EventPool
{
    const int MaxEvents = 64;
    const int MinWaiting = 16;

    readonly Lock _gate = new();
    TelemetryEvent?[]? _waiting;
    int _first;
    int _count;

    /// <summary>The event of that shape that has waited longest; null if none has waited long enough.</summary>
    internal TelemetryEvent? Take(EventDefinition shape)
    {
        lock (_gate)
        {
            if (_waiting is null)
                return null;
            for (var i = 0; i < _count - MinWaiting; i++)
            {
                var at = (_first + i) % MaxEvents;
                if (_waiting[at]!.Shape != shape)
                    continue;
                var found = _waiting[at]!;

                // Move up the events before it, so that their order stays.
                for (; i > 0; i--)
                    _waiting[(_first + i) % MaxEvents] = _waiting[(_first + i - 1) % MaxEvents];
                _waiting[_first] = null;
                _first = (_first + 1) % MaxEvents;
                _count--;
                return found;
            }

            return null;
        }
    }

    /// <summary>Keeps an ended event, or leaves it to the garbage collector if there is no room.</summary>
    internal void Give(TelemetryEvent ended)
    {
        lock (_gate)
        {
            _waiting ??= new TelemetryEvent?[MaxEvents];
            if (_count == MaxEvents)
                return;
            _waiting[(_first + _count++) % MaxEvents] = ended;
        }
    }
}
