// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// Publishes a row only if enough distinct installations are behind it on its day (<c>spec/published.md</c>,
/// "Threshold"; <c>docs/adr/0005-folding.md</c>). Days are independent of each other here. Cost: one query for each
/// group and day, and the memory of one group's cells of one day.
/// </summary>
sealed class ThresholdControl : IDisclosureControl
{
    /// <inheritdoc/>
    public IEnumerable<DatasetDay> Apply(PeriodCells cells)
    {
        List<GroupThreshold> groups = [.. cells.Groups.Select(g => new GroupThreshold(g, cells.Manifest))];
        List<DatasetRows> datasets = [.. cells.Datasets.Select(d => new DatasetRows(d))];
        for (var day = cells.Period.From; day <= cells.Period.To; day = day.AddDays(1))
        {
            foreach (var group in groups)
            {
                List<CountedRow> counted = [.. cells.Read(group.Group, day).Select(group.RowOf)];
                var rows = group.Generalize(counted);
                foreach (var dataset in datasets.Where(d => group.Group.Datasets.Contains(d.Dataset)))
                    dataset.Add(group, rows, leftOut: counted.Count > 0 && rows.Count == 0);
            }

            foreach (var dataset in datasets)
                yield return dataset.EndDay(day);
        }
    }

    // A dataset's rows of the current day. Its groups can contribute rows with the same labels, which are added up.
    sealed class DatasetRows(Dataset dataset)
    {
        readonly SortedDictionary<string[], long> _rows = new(Comparer<string[]>.Create(LabelOrder.Compare));
        bool _leftOut;

        public Dataset Dataset => dataset;

        public void Add(GroupThreshold group, IReadOnlyList<CountedRow> rows, bool leftOut)
        {
            _leftOut |= leftOut;
            foreach (var row in rows)
            {
                if (row.Installations.Count < dataset.Minimum)
                {
                    throw new InvalidOperationException(
                        $"A row of {dataset.Name} has fewer than {dataset.Minimum} installations. This is a bug; " +
                        "nothing was published.");
                }

                var labels = group.LabelsFor(dataset, row);
                _rows[labels] = checked(_rows.GetValueOrDefault(labels) + row.Occurrences);
            }
        }

        public DatasetDay EndDay(DateOnly day)
        {
            var ended = new DatasetDay(
                dataset, day, [.. _rows.Select(row => new PublishedRow(row.Key, row.Value))], _leftOut);
            _rows.Clear();
            _leftOut = false;
            return ended;
        }
    }
}
