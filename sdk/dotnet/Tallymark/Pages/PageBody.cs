// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Tallymark.Pages;

/// <summary>
/// The body of a POST (spec/page.md), checked as a whole before the first record is read: either every record of a
/// request is dealt with, or none.
/// </summary>
readonly ref struct PageBody
{
    /// <summary>More levels than a body of 64 KiB can have, so that a deep record is dropped alone.</summary>
    const int MaxDepth = 64 * 1024;

    readonly ReadOnlySpan<byte> _scope;

    PageBody(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> records, int recordCount)
    {
        _scope = scope;
        Records = records;
        RecordCount = recordCount;
    }

    /// <summary>The JSON text of the array.</summary>
    internal ReadOnlySpan<byte> Records { get; }

    internal int RecordCount { get; }

    internal bool HasRecords => !Records.IsEmpty;

    /// <summary>How a body and its list are read.</summary>
    internal static JsonReaderOptions ReaderOptions => new() { MaxDepth = MaxDepth };

    internal bool HasScope(string scope) => Ascii.Equals(_scope, scope);

    /// <summary>
    /// False if the text is JSON of another form: an object with the text <c>scope</c>, once, and optionally the list
    /// <c>records</c>, once.
    /// </summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> json, out PageBody body)
    {
        body = default;
        var reader = new Utf8JsonReader(json, ReaderOptions);
        ReadOnlySpan<byte> scope = default;
        var hasScope = false;
        ReadOnlySpan<byte> records = default;
        var count = 0;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // No name and no scope needs an escape, and the reader throws if one is half a character.
            if (reader.ValueIsEscaped)
                return false;
            if (!hasScope && reader.ValueTextEquals("scope"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                    return false;
                scope = reader.ValueSpan;
                hasScope = true;
            }
            else if (records.IsEmpty && reader.ValueTextEquals("records"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray)
                    return false;
                var start = (int)reader.TokenStartIndex;
                for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
                    reader.Skip();
                records = json[start..(int)reader.BytesConsumed];
            }
            else
                return false;
        }

        // Throws if anything follows the object.
        reader.Read();
        if (!hasScope)
            return false;
        body = new PageBody(scope, records, count);
        return true;
    }
}
