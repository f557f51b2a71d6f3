// SPDX-License-Identifier: MIT
// A dataset's file while its days are being counted.

namespace Tallymark.Publish.Files;

/// <summary>Collects a day's rows from the dataset's families, and writes the day when they are all there.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="tsv">Its file; disposed with the draft.</param>
sealed class Draft(Dataset dataset, TsvFile tsv) : IDisposable
{
    readonly SortedDictionary<string[], long> _day = new(Comparer<string[]>.Create(Labels.Compare));
    bool _leftOut;

    /// <summary>The dataset.</summary>
    public Dataset Dataset => dataset;

    /// <summary>Its file.</summary>
    public TsvFile Tsv => tsv;

    /// <summary>Days of which events are missing.</summary>
    public int DaysLeftOut { get; private set; }

    /// <summary>Whether it is the dataset of that name.</summary>
    public bool Is(string name) => string.Equals(dataset.Name, name, StringComparison.Ordinal);

    /// <summary>Whether the dataset is folded in this family.</summary>
    public bool Shows(Family family) => family.Datasets.Any(d => Is(d.Name));

    /// <summary>Adds the family's rows of the day, as the dataset shows them.</summary>
    /// <exception cref="InvalidOperationException">A row does not carry: a bug, and nothing may be
    /// published.</exception>
    public void Add(Family family, IReadOnlyList<Row> folded, bool leftOut)
    {
        _leftOut |= leftOut;
        foreach (var row in folded)
        {
            if (row.Installations.Count < dataset.Minimum)
            {
                throw new InvalidOperationException(
                    $"A row of {dataset.Name} has fewer than {dataset.Minimum} installations.");
            }

            var labels = family.Show(row, dataset);
            _day[labels] = checked(_day.GetValueOrDefault(labels) + row.Occurrences);
        }
    }

    /// <summary>Writes the day.</summary>
    public void EndDay(DateOnly day)
    {
        tsv.Add(day, _day.Select(row => new TsvRow(row.Key, row.Value)));
        DaysLeftOut += _leftOut ? 1 : 0;
        _day.Clear();
        _leftOut = false;
    }

    /// <summary>Takes the file back if it was not kept.</summary>
    public void Dispose() => tsv.Dispose();
}
