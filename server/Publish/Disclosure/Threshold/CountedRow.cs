// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>Events of one day with the same labels, and the exact set of installations that sent them.</summary>
/// <param name="labels">One label for each column.</param>
/// <param name="occurrences">The number of events.</param>
/// <param name="installations">The installations, as numbers that are valid within one query.</param>
sealed class CountedRow(string[] labels, long occurrences, IEnumerable<int> installations)
{
    /// <summary>One label for each column.</summary>
    public string[] Labels { get; } = labels;

    /// <summary>The number of events.</summary>
    public long Occurrences { get; private set; } = occurrences;

    /// <summary>The installations that sent them.</summary>
    public HashSet<int> Installations { get; } = [.. installations];

    /// <summary>Adds the events of another row; the labels stay as they are.</summary>
    public void Absorb(CountedRow other)
    {
        Occurrences = checked(Occurrences + other.Occurrences);
        Installations.UnionWith(other.Installations);
    }

    /// <summary>A copy with other labels.</summary>
    public CountedRow With(string[] labels) => new(labels, Occurrences, Installations);
}
