// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// <c>duckdb_string_t</c>: contains a text of up to 12 bytes; of a longer one its first 4 bytes and a pointer.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct StringValue
{
    public const int MaxInlinedLength = 12;
    const int PrefixLength = 4;

    public uint Length;
    public fixed byte Start[MaxInlinedLength];

    /// <summary>Refers to a text that is longer than <see cref="MaxInlinedLength"/>.</summary>
    public void PointTo(byte* text)
    {
        fixed (byte* start = Start)
        {
            new ReadOnlySpan<byte>(text, PrefixLength).CopyTo(new Span<byte>(start, PrefixLength));
            *(byte**)(start + PrefixLength) = text;
        }
    }
}
