// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// The events and fields that one version of a manifest allows, compiled once for fast lookups. Immutable. Thread-safe.
/// </summary>
sealed class AllowList
{
    readonly Utf8Names _names;
    readonly EventShape[] _events; // in the order of _names

    public AllowList(ToolManifest manifest)
    {
        Version = manifest.Version;
        Time = manifest.Time;
        MaxPerDay = manifest.MaxPerDay;
        _names = new Utf8Names(manifest.Events.Select(e => e.Name));
        _events = new EventShape[_names.Count];
        var tables = Table.Of(manifest);
        Tables = tables;
        for (var i = 0; i < tables.Count; i++)
        {
            var index = _names.Find(Encoding.UTF8.GetBytes(tables[i].Name));
            _events[index] = new EventShape(tables[i], manifest.FieldsOf(manifest.Events[i]));
        }
    }

    /// <summary>The tables of its events, without those for development builds.</summary>
    public IReadOnlyList<Table> Tables { get; }

    public int Version { get; }

    public TimePrecision Time { get; }

    /// <summary>How many events of one kind one installation may add to a day.</summary>
    public int MaxPerDay { get; }

    /// <summary>The event with this name, or null.</summary>
    public EventShape? Find(ReadOnlySpan<byte> name)
    {
        var index = _names.Find(name);
        return index < 0 ? null : _events[index];
    }
}
