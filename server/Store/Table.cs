// SPDX-License-Identifier: MIT
// The tables that a manifest asks for: one an event, one typed column a field.

namespace Tallymark.Store;

/// <summary>What a column holds.</summary>
public enum ColumnType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>Short ASCII text of a closed form.</summary>
    Text,

    /// <summary>A sorted set of such texts.</summary>
    TextSet,

    /// <summary>A point in time, UTC, nanoseconds since 1970.</summary>
    Time,

    /// <summary>A UUID of 128 bits.</summary>
    Uuid,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">The field's name, or one of <see cref="Table.EnvelopeColumns"/>.</param>
/// <param name="Type">What it holds.</param>
public sealed record Column(string Name, ColumnType Type);

/// <summary>The table of one event of one tool.</summary>
public sealed class Table
{
    Table(string name, IReadOnlyList<Column> columns, int installation, bool isDevelopment)
    {
        Name = name;
        Columns = columns;
        Installation = installation;
        IsDevelopment = isDevelopment;
    }

    /// <summary>The event's name.</summary>
    public string Name { get; }

    /// <summary>First <see cref="EnvelopeColumns"/>, then the event's fields in the manifest's order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The number of the column with the installation's id; -1: the event carries none.</summary>
    public int Installation { get; }

    /// <summary>True for a table of events that builds of the tool's own makers sent: they are stored apart and never counted.</summary>
    public bool IsDevelopment { get; }

    /// <summary>
    /// The table of the same event and columns for builds of the tool's own makers; null if its events can't say so, since they have no
    /// field of type <c>environment</c>, and in such a table itself.
    /// </summary>
    public Table? Development { get; private init; }

    /// <summary>
    /// The envelope column that says whether a row counts: false, and it is stored but is in no cell and lifts nothing over a threshold; null or true, and it
    /// counts.
    /// </summary>
    public const string Counts = "counts";

    /// <summary>The envelope column that names the fields which the user, or the recipient's settings, left out of this row.</summary>
    public const string Withheld = "withheld";

    /// <summary>What every table has before its fields, in this order.</summary>
    public static IReadOnlyList<Column> EnvelopeColumns { get; } =
    [
        new("time", ColumnType.Time),
        new("received", ColumnType.Time),
        new("manifest", ColumnType.Integer),
        new("status", ColumnType.Text),
        new(Withheld, ColumnType.TextSet),
        new(Counts, ColumnType.Boolean),
    ];

    /// <summary>The tables of a manifest, one an event, in the manifest's order.</summary>
    public static IReadOnlyList<Table> Of(ToolManifest manifest)
    {
        var tables = new List<Table>(manifest.Events.Count);
        foreach (var e in manifest.Events)
        {
            List<Column> columns = [.. EnvelopeColumns];
            var installation = -1;
            var says = false;
            foreach (var field in manifest.FieldsOf(e))
            {
                if (field.Type == FieldType.Installation)
                    installation = columns.Count;
                columns.Add(new Column(field.Name, TypeOf(field.Type)));
                says |= field.Type == FieldType.Environment;
            }

            tables.Add(new Table(e.Name, columns, installation, isDevelopment: false)
            {
                Development = says ? new Table(e.Name, columns, installation, isDevelopment: true) : null,
            });
        }

        return tables;
    }

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
