// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Testing;

/// <summary>One recorded event, as a test reads it: by the names of the manifest. Immutable. Thread-safe.</summary>
public sealed class RecordedEvent
{
    readonly Dictionary<string, JsonElement> _fields;

    internal RecordedEvent(string line)
    {
        Line = line;
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        Name = root.GetProperty("event").GetString()!;
        Status = root.GetProperty("status").GetString()!;
        _fields = root.GetProperty("fields").EnumerateObject()
            .ToDictionary(f => f.Name, f => f.Value.Clone(), StringComparer.Ordinal);
    }

    /// <summary>The event's name in the manifest.</summary>
    public string Name { get; }

    /// <summary><c>success</c>, <c>failure</c>, or <c>unknown</c> if the program reported no outcome.</summary>
    public string Status { get; }

    /// <summary>
    /// The names of the event's fields, in the order of the manifest, without fields that were not set.
    /// </summary>
    public IReadOnlyCollection<string> FieldNames => _fields.Keys;

    /// <summary>
    /// The whole line, as it would be queued on the user's disk and sent (spec/spool.md), without the LF.
    /// </summary>
    public string Line { get; }

    /// <summary>
    /// A field's value as text: a string unchanged, a number in digits, <c>true</c> or <c>false</c>, a set joined by
    /// commas; null if the event does not have the field.
    /// </summary>
    public string? this[string field] =>
        _fields.TryGetValue(field, out var value) ? string.Join(',', TextsOf(value)) : null;

    /// <summary>Name, status and fields, for the messages of a failed test.</summary>
    public override string ToString() =>
        Name + " (" + Status + ")" + string.Concat(_fields.Select(f => " " + f.Key + "=" + this[f.Key]));

    /// <summary>The values of a field: one, or each value of a set.</summary>
    internal IEnumerable<string> ValuesOf(string field) => TextsOf(_fields[field]);

    static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.String => [value.GetString()!],
        _ => [value.GetRawText()],
    };
}
