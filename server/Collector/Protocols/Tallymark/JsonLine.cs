// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Protocols;

/// <summary>
/// The rules that head lines, event lines and deletion requests share (spec/spool.md): members in a fixed order, in
/// printable ASCII without escapes.
/// </summary>
static class JsonLine
{
    // The object, its "fields", and a set inside: no accepted line nests deeper.
    static readonly JsonReaderOptions Options = new() { MaxDepth = 3 };

    /// <summary>
    /// Whether a line is printable ASCII without a backslash. The bytes of a value are then the value itself, and
    /// invalid UTF-8 and look-alike escapes are excluded at once.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> line) =>
        line.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 && !line.Contains((byte)'\\');

    public static Utf8JsonReader Open(ReadOnlySpan<byte> line) => new(line, Options);

    /// <summary>Reads the object's start and the format's version.</summary>
    /// <exception cref="JsonException">The line is not JSON.</exception>
    public static bool TryFormat(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.StartObject
        && TryMember(ref json, "tallymark"u8, JsonTokenType.Number) && json.ValueSpan.SequenceEqual("1"u8);

    /// <summary>Reads the next member, which must have this name and type. The reader is then at its value.</summary>
    /// <exception cref="JsonException">The line is not JSON.</exception>
    public static bool TryMember(ref Utf8JsonReader json, ReadOnlySpan<byte> name, JsonTokenType type) =>
        json.Read() && IsNamed(json, name) && json.Read() && json.TokenType == type;

    public static bool IsNamed(in Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.TokenType == JsonTokenType.PropertyName && json.ValueSpan.SequenceEqual(name);
}
