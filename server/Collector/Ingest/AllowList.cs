// SPDX-License-Identifier: MIT
// A manifest, compiled once into what the decoder asks of it for each line.

using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>What one version of a tool's manifest allows. Immutable, safe for any thread.</summary>
sealed class AllowList
{
    readonly Utf8Names _names;
    readonly EventShape[] _events; // in the order of the names

    public AllowList(ToolManifest manifest)
    {
        Version = manifest.Version;
        Time = manifest.Time;
        _names = new Utf8Names(manifest.Events.Select(e => e.Name));
        _events = new EventShape[_names.Count];
        var tables = Table.Of(manifest);
        for (var i = 0; i < tables.Count; i++)
        {
            var place = _names.Find(Encoding.UTF8.GetBytes(tables[i].Name));
            _events[place] = new EventShape(tables[i], manifest.FieldsOf(manifest.Events[i]));
        }
    }

    public int Version { get; }

    public TimePrecision Time { get; }

    /// <summary>The event of that name, or null.</summary>
    public EventShape? Find(System.ReadOnlySpan<byte> name)
    {
        var place = _names.Find(name);
        return place < 0 ? null : _events[place];
    }
}

/// <summary>
/// One event: its table, and for each field its column and rule, by name. Immutable, safe for any thread.
/// </summary>
sealed class EventShape
{
    readonly int[] _columns; // in the order of the names
    readonly FieldRule[] _rules;
    readonly long[] _ends;

    public EventShape(Table table, IReadOnlyList<Field> fields)
    {
        Table = table;
        Names = new Utf8Names(fields.Select(f => f.Name));
        _columns = new int[Names.Count];
        _rules = new FieldRule[Names.Count];
        _ends = new long[Names.Count];
        var countries = new List<int>();
        for (var i = 0; i < fields.Count; i++)
        {
            var place = Names.Find(Encoding.UTF8.GetBytes(fields[i].Name));
            _columns[place] = Table.EnvelopeColumns.Count + i;
            _rules[place] = FieldRule.Of(fields[i]);
            _ends[place] = EventTime.EndOf(fields[i].Until);
            if (fields[i].Type == FieldType.Environment)
                Environment = place;
            if (fields[i].Type == FieldType.Country)
                countries.Add(place);
        }

        Countries = [.. countries];
    }

    public Table Table { get; }

    /// <summary>The fields' names; a field's number below is its place here.</summary>
    public Utf8Names Names { get; }

    /// <summary>The fields that the collector fills in.</summary>
    public IReadOnlyList<int> Countries { get; }

    /// <summary>The field that says whose build sent the event; -1: there is none.</summary>
    public int Environment { get; } = -1;

    /// <summary>True if the field is no longer collected of events of that time, nanoseconds since 1970.</summary>
    public bool IsOver(int field, long time) => time >= _ends[field];

    public int ColumnOf(int field) => _columns[field];

    public FieldRule RuleOf(int field) => _rules[field];
}
