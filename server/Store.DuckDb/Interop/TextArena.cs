// SPDX-License-Identifier: MIT
// Where long texts of a chunk lie until the appender has copied them.

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>Memory that stays where it is, taken piece by piece and given back all at once. One thread.</summary>
sealed unsafe class TextArena : IDisposable
{
    const int BlockLength = 256 * 1024; // a text is shorter: lines of events are

    readonly List<nint> _blocks = [];
    int _block = -1;
    int _used = BlockLength;

    /// <summary>Copies a text to a place that holds until <see cref="Clear"/>.</summary>
    public byte* Keep(ReadOnlySpan<byte> text)
    {
        if (text.Length > BlockLength - _used)
        {
            if (++_block == _blocks.Count)
                _blocks.Add((nint)NativeMemory.Alloc(BlockLength));
            _used = 0;
        }

        var place = (byte*)_blocks[_block] + _used;
        text.CopyTo(new Span<byte>(place, text.Length));
        _used += text.Length;
        return place;
    }

    /// <summary>Forgets all texts; the memory is used again.</summary>
    public void Clear() => (_block, _used) = (-1, BlockLength);

    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
        Clear();
    }
}
