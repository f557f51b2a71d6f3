// SPDX-License-Identifier: MIT
// What head lines and event lines have in common: members in a fixed order, in printable ASCII without escapes
// (spec/spool.md).

using System.Text.Json;

namespace Tallymark.Collector.Protocols;

static class JsonLine
{
    // The object, its "fields", and a set inside: nothing that we accept is deeper.
    static readonly JsonReaderOptions Options = new() { MaxDepth = 3 };

    /// <summary>
    /// Printable ASCII without a backslash. It makes the bytes of a value the value itself, and settles invalid UTF-8
    /// and look-alike escapes at once.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> line) =>
        line.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 && !line.Contains((byte)'\\');

    public static Utf8JsonReader Open(ReadOnlySpan<byte> line) => new(line, Options);

    /// <summary>Reads the object's start and the format's version.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryFormat(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.StartObject
        && TryMember(ref json, "tallymark"u8, JsonTokenType.Number) && json.ValueSpan.SequenceEqual("1"u8);

    /// <summary>
    /// Reads the next member, which must have this name and type; the reader then stands at its value.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryMember(ref Utf8JsonReader json, ReadOnlySpan<byte> name, JsonTokenType type) =>
        json.Read() && IsNamed(json, name) && json.Read() && json.TokenType == type;

    public static bool IsNamed(in Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.TokenType == JsonTokenType.PropertyName && json.ValueSpan.SequenceEqual(name);
}
