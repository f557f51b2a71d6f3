// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>Closed forms of text that several types share, checked on bytes.</summary>
static class AsciiText
{
    public static SearchValues<byte> LowerHex { get; } = SearchValues.Create("0123456789abcdef"u8);

    static readonly SearchValues<byte> UuidBytes = SearchValues.Create("0123456789abcdef-"u8);

    /// <summary>Reads a UUID in lower case with dashes, 36 characters.</summary>
    public static bool TryUuid(ReadOnlySpan<byte> text, out Guid value)
    {
        value = default;
        return text.Length == 36 && text.IndexOfAnyExcept(UuidBytes) < 0
            && Utf8Parser.TryParse(text, out value, out var read, 'D') && read == 36;
    }
}
