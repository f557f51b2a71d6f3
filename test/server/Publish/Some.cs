// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Tests;

/// <summary>Manifests and cells for tests.</summary>
static class Some
{
    public static Period Quarter { get; } = new(2026, 4);

    /// <summary>A time inside <see cref="Quarter"/>.</summary>
    public static DateTimeOffset During { get; } = new(2026, 11, 20, 10, 51, 21, TimeSpan.Zero);

    /// <summary>The time from which <see cref="Quarter"/> is closed.</summary>
    public static DateTimeOffset Closed { get; } = new(2027, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static DateOnly Day { get; } = new(2026, 11, 20);

    /// <summary>The first moment at which a preview may show a day.</summary>
    public static DateTimeOffset Shown(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + Period.MaxEventAge;

    /// <summary>A tool with the events <c>install</c> and <c>remove</c>, which have all of
    /// <see cref="Fields"/>.</summary>
    public static ToolManifest Manifest(params Dataset[] datasets) =>
        SomeManifest.Of("kmpkg", Fields, SomeManifest.Event("install"), SomeManifest.Event("remove")) with
        {
            Datasets = datasets,
        };

    public static IReadOnlyList<Field> Fields { get; } =
    [
        SomeManifest.Field("installation", FieldType.Installation),
        SomeManifest.Field("version", FieldType.Version),
        SomeManifest.Field("os", FieldType.Os, "family"),
        SomeManifest.Field("os_version", FieldType.Os, "version"),
        SomeManifest.Field("country", FieldType.Country),
    ];

    /// <summary>A dataset with day, occurrences and these value columns: <c>event</c>, <c>status</c> or a
    /// field.</summary>
    public static Dataset Dataset(string name, int minimum, string[] events, params string[] columns) => new()
    {
        Name = name,
        Title = name,
        Events = events,
        Minimum = minimum,
        Columns =
        [
            new DatasetColumn("Timestamp", ColumnSource.Day, Field: null),
            new DatasetColumn("Occurrences", ColumnSource.Occurrences, Field: null),
            .. columns.Select(c => c switch
            {
                "event" => new DatasetColumn("Command", ColumnSource.Event, Field: null),
                "status" => new DatasetColumn("Status", ColumnSource.Status, Field: null),
                _ => new DatasetColumn(c, ColumnSource.Field, c),
            }),
        ],
    };

    /// <summary>Installations with ascending numbers from <paramref name="first"/>.</summary>
    public static IEnumerable<int> Installations(int count, int first = 0) => Enumerable.Range(first, count);

    /// <summary>The same, each in a network of its own.</summary>
    public static IEnumerable<CountedInstallation> Counted(int count, int first = 0) =>
        Installations(count, first).Select(number => new CountedInstallation(number));

    public static CountedRow Row(int installations, params string[] labels) =>
        new(labels, installations, Counted(installations));
}

/// <summary>Events of one day with the same value in every column.</summary>
/// <param name="Day">The day.</param>
/// <param name="Event">The event.</param>
/// <param name="Values">The other columns by their names.</param>
/// <param name="Occurrences">The number of events.</param>
/// <param name="Installations">The installations that sent them.</param>
sealed record Atom(
    DateOnly Day, string Event, IReadOnlyDictionary<string, string?> Values, long Occurrences,
    IReadOnlyList<int> Installations)
{
    /// <summary>The network of an installation.</summary>
    public Func<int, long> NetworkOf { get; init; } = _ => Networks.Unknown;

    /// <summary>The version of their manifest.</summary>
    public int Version { get; init; } = 1;

    public string? this[string column] => column switch
    {
        "event" => Event,
        "manifest" => Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => Values[column],
    };
}

/// <summary>Answers queries from atoms in memory and records the queries.</summary>
sealed class MemoryCells(IEnumerable<Atom> atoms) : ICellSource
{
    readonly List<Atom> _atoms = [.. atoms];

    /// <summary>The first day whose atoms are kept.</summary>
    public DateOnly Kept { get; init; } = DateOnly.MinValue;

    public DateOnly KeptFrom(string tool) => Kept;

    public List<CellQuery> Queries { get; } = [];

    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        Queries.Add(query);
        return _atoms
            .Where(a => query.Events.Contains(a.Event) && a.Day >= query.From && a.Day >= Kept && a.Day <= query.To)
            .GroupBy(a => (a.Day, Key: string.Join('\t', query.Columns.Select(c => a[c] ?? "\0"))))
            .Select(g =>
            {
                List<int> installations = [.. g.SelectMany(a => a.Installations).Distinct().Order()];
                return new Cell(
                    g.Key.Day, [.. query.Columns.Select(c => g.First()[c])], g.Sum(a => a.Occurrences),
                    installations, [.. installations.Select(g.First().NetworkOf)]);
            });
    }
}
