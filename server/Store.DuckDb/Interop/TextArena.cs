// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.DuckDb.Interop;

/// <summary>
/// Native memory for the long texts of a chunk until the appender has copied them: allocated piece by piece, freed all
/// at once. One thread at a time.
/// </summary>
sealed unsafe class TextArena : IDisposable
{
    const int BlockLength = 256 * 1024; // a text is shorter, because lines of events are

    readonly List<nint> _blocks = [];
    int _block = -1;
    int _used = BlockLength;

    /// <summary>Copies a text; the copy is valid until <see cref="Clear"/>.</summary>
    public byte* Add(ReadOnlySpan<byte> text)
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

    /// <summary>Drops all texts and keeps the memory for the next ones.</summary>
    public void Clear() => (_block, _used) = (-1, BlockLength);

    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
        Clear();
    }
}
