// SPDX-License-Identifier: MIT
// One day's cells become rows that each stand for enough installations.

namespace Tallymark.Publish.Folding;

/// <summary>
/// Folds the cells of one day. The result is a partition of the cells: each cell is in exactly one row, so sums and
/// differences of rows are sums of whole rows and never give back less than one. Why this is enough, and where it ends:
/// <c>docs/adr/0005-folding.md</c>. Pure; the order of the cells does not matter.
/// <list type="number">
/// <item>Cells that read the same are one.</item>
/// <item>What carries (has at least the minimum) is kept as it is.</item>
/// <item>What does not is made more general, the last column first and the leading one last, a level at a time, and
/// joins what then reads the same.</item>
/// <item>A rest that is too small to the end takes the smallest row with it.</item>
/// </list>
/// </summary>
sealed class DayFold
{
    readonly IReadOnlyList<Hierarchy> _columns;
    readonly int _minimum;
    readonly Dictionary<string, Row> _kept = new(StringComparer.Ordinal);
    Dictionary<string, Small> _small = new(StringComparer.Ordinal);

    DayFold(IReadOnlyList<Hierarchy> columns, int minimum)
    {
        _columns = columns;
        _minimum = minimum;
    }

    /// <summary>The day's rows by their labels; empty if all installations together are fewer than the
    /// minimum.</summary>
    /// <param name="cells">The cells; labels as <see cref="Hierarchy.LabelOf"/> gives them.</param>
    /// <param name="columns">The levels of each column, the leading column first.</param>
    /// <param name="minimum">The fewest distinct installations behind a row, 1 or more.</param>
    public static IReadOnlyList<Row> Fold(IEnumerable<Row> cells, IReadOnlyList<Hierarchy> columns, int minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 1);
        var fold = new DayFold(columns, minimum);
        fold.Settle(cells.Select(cell => new Small(cell, cell.Labels)));
        for (var column = columns.Count - 1; column >= 0; column--)
        {
            for (var level = 1; level <= columns[column].Top; level++)
                fold.Settle(fold.Raise(column, level));
        }

        fold.PlaceRest();
        return fold.Rows();
    }

    // Groups by labels, joins what is kept already, and keeps what carries; the rest is small.
    void Settle(IEnumerable<Small> rows)
    {
        var small = new Dictionary<string, Small>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var key = Labels.Key(row.Row.Labels);
            if (_kept.TryGetValue(key, out var kept))
                kept.Absorb(row.Row);
            else if (small.TryGetValue(key, out var same))
                small[key] = Merge(same, row);
            else
                small.Add(key, row with { Row = Copy(row.Row, row.Row.Labels) });
        }

        foreach (var (key, row) in small)
        {
            if (row.Row.Installations.Count < _minimum)
                continue;
            _kept.Add(key, row.Row);
            small.Remove(key);
        }

        _small = small;
    }

    // A copy of the small ones, made more general in one column.
    List<Small> Raise(int column, int level)
    {
        var raised = new List<Small>(_small.Count);
        foreach (var small in _small.Values)
        {
            string[] labels = [.. small.Row.Labels];
            labels[column] = _columns[column].At(labels[column], level);
            raised.Add(small with { Row = Copy(small.Row, labels) });
        }

        return raised;
    }

    // What is small now reads `other` in every column, so it is one row at most. The smallest kept row carries it, and
    // together they keep whatever their labels have in common.
    void PlaceRest()
    {
        if (_small.Count == 0 || _kept.Count == 0)
            return;
        var rest = _small.Values.Single();
        var smallest = _kept.Values.Min(Comparer<Row>.Create(BySize))!;
        _kept.Remove(Labels.Key(smallest.Labels));
        var joined = Copy(smallest, Join(rest.Common, smallest.Labels));
        joined.Absorb(rest.Row);
        if (_kept.TryGetValue(Labels.Key(joined.Labels), out var same))
            same.Absorb(joined);
        else
            _kept.Add(Labels.Key(joined.Labels), joined);
    }

    List<Row> Rows()
    {
        List<Row> rows = [.. _kept.Values];
        rows.Sort((a, b) => Labels.Compare(a.Labels, b.Labels));
        return rows;
    }

    Small Merge(Small a, Small b)
    {
        a.Row.Absorb(b.Row);
        return a with { Common = Join(a.Common, b.Common) };
    }

    string[] Join(string[] a, string[] b)
    {
        var joined = new string[_columns.Count];
        for (var i = 0; i < joined.Length; i++)
            joined[i] = _columns[i].Join(a[i], b[i]);
        return joined;
    }

    static Row Copy(Row row, string[] labels) => new(labels, row.Occurrences, row.Installations);

    static int BySize(Row a, Row b)
    {
        var order = a.Installations.Count.CompareTo(b.Installations.Count);
        if (order == 0)
            order = a.Occurrences.CompareTo(b.Occurrences);
        return order != 0 ? order : Labels.Compare(a.Labels, b.Labels);
    }

    // A row that does not carry, and what the labels of its cells have in common.
    sealed record Small(Row Row, string[] Common);
}
