// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Rollups;

/// <summary>
/// One rollup as stored in a file, with its number. <c>cells_N</c> gives each combination of values a number;
/// <c>pairs_N</c> has a row for each day, cell and installation with its count, the exact set; <c>networks_N</c> the
/// networks of each installation and day; <c>days_N</c> the totals for charts of each view.
/// </summary>
/// <param name="Id">The number.</param>
/// <param name="Rollup">The definition; its views start with none of the columns and all of them.</param>
/// <param name="Part">The first part that is not completely counted.</param>
/// <param name="Consumed">The number of counted rows of each event of that part.</param>
sealed record RollupShape(int Id, Rollup Rollup, int Part, IReadOnlyDictionary<string, long> Consumed)
{
    /// <summary>The distinct views: first none and all of the columns, each in the order of the columns.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> ViewsOf(Rollup rollup)
    {
        var views = new List<IReadOnlyList<string>>();
        foreach (var view in rollup.Views.Prepend(rollup.Columns).Prepend([]))
        {
            List<string> ordered = [.. rollup.Columns.Where(view.Contains)];
            if (!views.Exists(v => v.SequenceEqual(ordered, StringComparer.Ordinal)))
                views.Add(ordered);
        }

        return views;
    }

    /// <summary>The stored definition; names contain none of its separators.</summary>
    public static string Write(Rollup rollup) => string.Join('|',
        string.Join(',', rollup.Events.Order(StringComparer.Ordinal)), string.Join(',', rollup.Columns),
        rollup.Installation,
        string.Join(';', ViewsOf(rollup).Select(view => string.Join(',', view))));

    /// <summary>Parses the result of <see cref="Write"/>.</summary>
    public static Rollup Read(string definition)
    {
        var parts = definition.Split('|');
        return new Rollup(Names(parts[0]), Names(parts[1]), parts[2], [.. parts[3].Split(';').Select(Names)]);
    }

    /// <summary>Whether the other rollup has the same cells; views may differ.</summary>
    public bool IsLike(Rollup other) =>
        string.Equals(Rollup.Installation, other.Installation, StringComparison.Ordinal)
        && Rollup.Events.Order(StringComparer.Ordinal)
            .SequenceEqual(other.Events.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && Rollup.Columns.SequenceEqual(other.Columns, StringComparer.Ordinal);

    /// <summary>Whether the cells of a query can be read from it.</summary>
    public bool Answers(CellQuery query) =>
        string.Equals(Rollup.Installation, query.Installation, StringComparison.Ordinal)
        && Rollup.Events.Order(StringComparer.Ordinal).SequenceEqual(
            query.Events.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && query.Columns.All(column => Rollup.Columns.Contains(column, StringComparer.Ordinal));

    /// <summary>The number of the view with exactly these columns; -1: there is none.</summary>
    public int ViewOf(IReadOnlyList<string> columns)
    {
        for (var i = 0; i < Rollup.Views.Count; i++)
        {
            var view = Rollup.Views[i];
            if (view.Count == columns.Count && columns.All(c => view.Contains(c, StringComparer.Ordinal)))
                return i;
        }

        return -1;
    }

    /// <summary>The index of a column in the tables.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Rollup.Columns.Count; i++)
        {
            if (string.Equals(Rollup.Columns[i], column, StringComparison.Ordinal))
                return i;
        }

        throw new InvalidOperationException($"Column {column} is not in the rollup.");
    }

    /// <summary>Whether it has not counted all rows of a part, and the first uncounted row.</summary>
    public bool Lacks(Part part, string name, out long from)
    {
        from = part.Name.First == Part ? Consumed.GetValueOrDefault(name) : 0;
        return part.Name.Last >= Part;
    }

    /// <summary>The names of its columns in <c>cells_N</c> and <c>days_N</c>.</summary>
    public IEnumerable<string> Values => Rollup.Columns.Select((_, i) => $"v{i}");

    /// <summary>The name of one of its tables in a statement.</summary>
    public string Table(string alias, string kind) => $"\"{alias}\".main.{kind}_{Id}";

    static string[] Names(string text) => text.Length == 0 ? [] : text.Split(',');
}
