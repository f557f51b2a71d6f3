// SPDX-License-Identifier: MIT
// Ended events wait here to be begun again, so that a server that records allocates nothing.

namespace Tallymark;

/// <summary>
/// The oldest goes out first and some always stay: who still holds an event after its end, against the rules, finds it begun
/// anew only after many others. Safe for all threads.
/// </summary>
sealed class EventPool
{
    const int Most = 64;
    const int Resting = 16;

    readonly Lock _gate = new();
    TelemetryEvent?[]? _waiting;
    int _first;
    int _count;

    /// <summary>The event that has waited longest; null where it is of another shape or has not waited long enough.</summary>
    internal TelemetryEvent? Take(EventDefinition shape)
    {
        lock (_gate)
        {
            if (_waiting is null)
                return null;
            for (var i = 0; i < _count - Resting; i++)
            {
                var at = (_first + i) % Most;
                if (_waiting[at]!.Shape != shape)
                    continue;
                var found = _waiting[at]!;

                // The ones before it move up, so that their order stays.
                for (; i > 0; i--)
                    _waiting[(_first + i) % Most] = _waiting[(_first + i - 1) % Most];
                _waiting[_first] = null;
                _first = (_first + 1) % Most;
                _count--;
                return found;
            }

            return null;
        }
    }

    /// <summary>Keeps an event that has ended. Where there is no room it is left to the garbage collector.</summary>
    internal void Give(TelemetryEvent ended)
    {
        lock (_gate)
        {
            _waiting ??= new TelemetryEvent?[Most];
            if (_count == Most)
                return;
            _waiting[(_first + _count++) % Most] = ended;
        }
    }
}
