// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>Events of one day with the same labels, and the exact set of installations that sent them.</summary>
/// <param name="labels">One label for each column.</param>
/// <param name="occurrences">The number of events.</param>
/// <param name="installations">The installations; all rows of a day name the same network for one of them.</param>
sealed class CountedRow(string[] labels, long occurrences, IEnumerable<CountedInstallation> installations)
{
    readonly HashSet<CountedInstallation> _installations = [.. installations];
    int _count = -1;

    /// <summary>One label for each column.</summary>
    public string[] Labels { get; } = labels;

    /// <summary>The number of events.</summary>
    public long Occurrences { get; private set; } = occurrences;

    /// <summary>The installations that sent them.</summary>
    public IReadOnlySet<CountedInstallation> Installations => _installations;

    /// <summary>How many installations count towards a minimum. It never falls when rows are merged.</summary>
    public int Count => _count < 0 ? _count = NetworkCap.Count(_installations) : _count;

    /// <summary>Adds the events of another row; the labels stay as they are.</summary>
    public void Absorb(CountedRow other)
    {
        Occurrences = checked(Occurrences + other.Occurrences);
        _installations.UnionWith(other._installations);
        _count = -1;
    }

    /// <summary>A copy with other labels.</summary>
    public CountedRow With(string[] labels) => new(labels, Occurrences, _installations);
}
