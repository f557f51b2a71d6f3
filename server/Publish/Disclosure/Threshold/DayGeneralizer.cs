// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// Generalises the cells of one day until each row has enough installations. The result is a partition of the cells:
/// each cell is in exactly one row, so sums and differences of rows are sums of whole rows and never reveal less than
/// one row. <c>docs/adr/0005-folding.md</c> says why this is enough and where it ends. Pure; the order of the cells
/// does not matter.
/// <list type="number">
/// <item>Merge cells with equal labels.</item>
/// <item>Accept each row that meets the minimum, in full detail.</item>
/// <item>Generalise the other rows, the last column first and the leading column last, one level at a time. After each
/// level merge rows with equal labels, also into accepted rows, and accept those that now meet the minimum.</item>
/// <item>If a remainder is still too small, merge it with the smallest accepted row.</item>
/// </list>
/// </summary>
sealed class DayGeneralizer
{
    readonly IReadOnlyList<Hierarchy> _columns;
    readonly int _minimum;
    readonly Dictionary<string, CountedRow> _accepted = new(StringComparer.Ordinal);
    Dictionary<string, SmallRow> _small = new(StringComparer.Ordinal);

    DayGeneralizer(IReadOnlyList<Hierarchy> columns, int minimum)
    {
        _columns = columns;
        _minimum = minimum;
    }

    /// <summary>The day's rows in order of their labels; empty if all installations together count for less than the
    /// minimum.</summary>
    /// <param name="cells">The cells, with labels as <see cref="Hierarchy.LabelOf"/> returns them.</param>
    /// <param name="columns">The hierarchy of each column, the leading column first.</param>
    /// <param name="minimum">The smallest <see cref="CountedRow.Count"/> of a row, 1 or more.</param>
    public static IReadOnlyList<CountedRow> Generalize(
        IEnumerable<CountedRow> cells, IReadOnlyList<Hierarchy> columns, int minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 1);
        var day = new DayGeneralizer(columns, minimum);
        day.MergeAndAccept(cells.Select(cell => new SmallRow(cell, cell.Labels)));  // 1, 2
        for (var column = columns.Count - 1; column >= 0; column--)                 // 3
        {
            for (var level = 1; level <= columns[column].MaxLevel; level++)
                day.MergeAndAccept(day.Raise(column, level));
        }

        day.MergeRemainder();                                                       // 4
        return day.Rows();
    }

    // Merges rows with equal labels, also into accepted rows, and accepts those that meet the minimum.
    void MergeAndAccept(IEnumerable<SmallRow> rows)
    {
        var small = new Dictionary<string, SmallRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var key = LabelOrder.Key(row.Row.Labels);
            if (_accepted.TryGetValue(key, out var accepted))
                accepted.Absorb(row.Row);
            else if (small.TryGetValue(key, out var same))
                small[key] = Merge(same, row);
            else
                small.Add(key, row with { Row = row.Row.With(row.Row.Labels) });
        }

        foreach (var (key, row) in small)
        {
            if (row.Row.Count < _minimum)
                continue;
            _accepted.Add(key, row.Row);
            small.Remove(key);
        }

        _small = small;
    }

    // Copies of the small rows, generalised to a level of one column.
    List<SmallRow> Raise(int column, int level)
    {
        var raised = new List<SmallRow>(_small.Count);
        foreach (var small in _small.Values)
        {
            string[] labels = [.. small.Row.Labels];
            labels[column] = _columns[column].Generalize(labels[column], level);
            raised.Add(small with { Row = small.Row.With(labels) });
        }

        return raised;
    }

    // By now a small row has the label `other` in every column, so there is at most one. The merged row shows the
    // labels that the remainder's cells and the smallest accepted row have in common.
    void MergeRemainder()
    {
        if (_small.Count == 0 || _accepted.Count == 0)
            return;
        var remainder = _small.Values.Single();
        var smallest = _accepted.Values.Min(Comparer<CountedRow>.Create(CompareBySize))!;
        _accepted.Remove(LabelOrder.Key(smallest.Labels));
        var merged = smallest.With(CommonLabels(remainder.CommonLabels, smallest.Labels));
        merged.Absorb(remainder.Row);
        if (_accepted.TryGetValue(LabelOrder.Key(merged.Labels), out var same))
            same.Absorb(merged);
        else
            _accepted.Add(LabelOrder.Key(merged.Labels), merged);
    }

    List<CountedRow> Rows()
    {
        List<CountedRow> rows = [.. _accepted.Values];
        rows.Sort((a, b) => LabelOrder.Compare(a.Labels, b.Labels));
        return rows;
    }

    SmallRow Merge(SmallRow a, SmallRow b)
    {
        a.Row.Absorb(b.Row);
        return a with { CommonLabels = CommonLabels(a.CommonLabels, b.CommonLabels) };
    }

    string[] CommonLabels(string[] a, string[] b)
    {
        var common = new string[_columns.Count];
        for (var i = 0; i < common.Length; i++)
            common[i] = _columns[i].CommonLabel(a[i], b[i]);
        return common;
    }

    static int CompareBySize(CountedRow a, CountedRow b)
    {
        var order = a.Count.CompareTo(b.Count);
        if (order == 0)
            order = a.Occurrences.CompareTo(b.Occurrences);
        return order != 0 ? order : LabelOrder.Compare(a.Labels, b.Labels);
    }

    // A row below the minimum, and the most detailed labels that all its cells have in common.
    sealed record SmallRow(CountedRow Row, string[] CommonLabels);
}
