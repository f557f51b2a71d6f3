// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>The type of a column's values.</summary>
public enum ColumnType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A 64-bit integer.</summary>
    Integer,

    /// <summary>A short ASCII text.</summary>
    Text,

    /// <summary>A sorted set of short ASCII texts.</summary>
    TextSet,

    /// <summary>A point in time, UTC, nanoseconds since 1970.</summary>
    Time,

    /// <summary>A UUID.</summary>
    Uuid,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">The field's name, or one of <see cref="Table.EnvelopeColumns"/>.</param>
/// <param name="Type">The type of its values.</param>
public sealed record Column(string Name, ColumnType Type);

/// <summary>The table of one event of one tool: one typed column per field. Immutable.</summary>
public sealed class Table
{
    Table(string name, IReadOnlyList<Column> columns, int installation, int countedBy, bool isDevelopment)
    {
        Name = name;
        Columns = columns;
        Installation = installation;
        CountedBy = countedBy;
        IsDevelopment = isDevelopment;
    }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary><see cref="EnvelopeColumns"/>, then the event's fields in the manifest's order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The index of the column with the installation's id; -1: the event has none.</summary>
    public int Installation { get; }

    /// <summary>
    /// The index of the column whose distinct values count towards a minimum (<see cref="Rollup.InstallationOf"/>); -1:
    /// the event adds nothing to a minimum.
    /// </summary>
    public int CountedBy { get; }

    /// <summary>
    /// Whether this table has events of development builds: they are stored separately and never counted.
    /// </summary>
    public bool IsDevelopment { get; }

    /// <summary>
    /// The table of the same event and columns for development builds; null if the event has no field of type
    /// <c>environment</c>, which is what identifies such builds, and null in a development table itself.
    /// </summary>
    public Table? Development { get; private init; }

    /// <summary>
    /// The envelope column that says whether a row counts. False: it is stored, but is in no cell and lifts nothing
    /// over a threshold. Null or true: it counts.
    /// </summary>
    public const string Counts = "counts";

    /// <summary>
    /// The envelope column with the names of the fields that the user, or the recipient's settings, withheld.
    /// </summary>
    public const string Withheld = "withheld";

    /// <summary>
    /// The envelope column that names the protocol of the foreign client that sent the row; null: Tallymark's own
    /// protocol.
    /// </summary>
    public const string Provenance = "provenance";

    /// <summary>
    /// The envelope column with the bucket of the sender's network, or 0 for the first day of an installation
    /// (<see cref="Networks"/>). It decides how far the row's installation counts towards a minimum.
    /// </summary>
    public const string Network = "network";

    /// <summary>The columns of every table before its fields, in this order; <see cref="Envelope"/> has their
    /// indexes.</summary>
    public static IReadOnlyList<Column> EnvelopeColumns { get; } =
    [
        new("time", ColumnType.Time),
        new("received", ColumnType.Time),
        new("manifest", ColumnType.Integer),
        new("status", ColumnType.Text),
        new(Withheld, ColumnType.TextSet),
        new(Counts, ColumnType.Boolean),
        new(Provenance, ColumnType.Text),
        new(Network, ColumnType.Integer),
    ];

    /// <summary>The tables of a manifest, one per event, in the manifest's order.</summary>
    public static IReadOnlyList<Table> Of(ToolManifest manifest)
    {
        var tables = new List<Table>(manifest.Events.Count);
        var counted = Rollup.InstallationOf(manifest);
        foreach (var e in manifest.Events)
        {
            List<Column> columns = [.. EnvelopeColumns];
            var (installation, countedBy) = (-1, -1);
            var hasEnvironment = false;
            foreach (var field in manifest.FieldsOf(e))
            {
                if (field.Type == FieldType.Installation)
                    installation = columns.Count;
                if (counted is null ? field.Type == FieldType.Installation : IsField(field, counted))
                    countedBy = columns.Count;
                columns.Add(new Column(field.Name, TypeOf(field.Type)));
                hasEnvironment |= field.Type == FieldType.Environment;
            }

            tables.Add(new Table(e.Name, columns, installation, countedBy, isDevelopment: false)
            {
                Development = hasEnvironment
                    ? new Table(e.Name, columns, installation, countedBy, isDevelopment: true)
                    : null,
            });
        }

        return tables;
    }

    static bool IsField(Field field, string name) => string.Equals(field.Name, name, StringComparison.Ordinal);

    static ColumnType TypeOf(FieldType type) => type switch
    {
        FieldType.Boolean => ColumnType.Boolean,
        FieldType.Count or FieldType.Bytes or FieldType.Duration or FieldType.ExitCode => ColumnType.Integer,
        FieldType.EnumSet or FieldType.Environment or FieldType.Stack => ColumnType.TextSet,
        FieldType.Session => ColumnType.Uuid,
        FieldType.Enum or FieldType.Version or FieldType.Os or FieldType.Arch or FieldType.Runtime
            or FieldType.UriScheme or FieldType.Digest or FieldType.Machine or FieldType.Installation
            or FieldType.RandomId or FieldType.Country => ColumnType.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
