// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// One event of a manifest: its table, and the column and the rule of each field. Immutable. Thread-safe.
/// </summary>
sealed class EventShape
{
    // In the order of Names.
    readonly int[] _columns;
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
            var field = Names.Find(Encoding.UTF8.GetBytes(fields[i].Name));
            _columns[field] = Table.EnvelopeColumns.Count + i;
            _rules[field] = FieldRule.Of(fields[i]);
            _ends[field] = EventTime.EndOf(fields[i].Until);
            if (fields[i].Type == FieldType.Environment)
                Environment = field;
            if (fields[i].Type == FieldType.Country)
                countries.Add(field);
        }

        Countries = [.. countries];
    }

    public Table Table { get; }

    /// <summary>The fields' names. The members below take the index of a field in this list.</summary>
    public Utf8Names Names { get; }

    /// <summary>The fields that the collector fills in.</summary>
    public int[] Countries { get; }

    /// <summary>The field that tells builds of the tool's own makers; -1 if there is none.</summary>
    public int Environment { get; } = -1;

    /// <summary>Whether the field is no longer collected from events of this time. Nanoseconds since 1970.</summary>
    public bool IsOver(int field, long time) => time >= _ends[field];

    public int ColumnOf(int field) => _columns[field];

    public FieldRule RuleOf(int field) => _rules[field];
}
