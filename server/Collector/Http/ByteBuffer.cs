// SPDX-License-Identifier: MIT
// A growing buffer out of the shared pool whose every byte counts against the collector's memory.

using System.Buffers;

namespace Tallymark.Collector.Http;

/// <summary>Bytes of one request. It grows as they come, never by what a header promises. Not thread safe.</summary>
sealed class ByteBuffer(MemoryBudget budget) : IDisposable
{
    byte[] _bytes = [];
    int _taken;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public byte[] Array => _bytes;

    /// <summary>Room behind what is written, at most up to a length in all; empty: that length is reached.</summary>
    /// <returns>False: the collector has no memory left.</returns>
    public bool TryRoom(int most, out Memory<byte> room)
    {
        room = default;
        var wanted = Math.Min(most, Math.Max(16 * 1024, Length * 2));
        if (Length == _taken && wanted > _taken)
        {
            if (!budget.TryTake(wanted - _taken))
                return false;
            _taken = wanted;
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            _bytes.AsSpan(0, Length).CopyTo(larger);
            Return();
            _bytes = larger;
        }

        room = _bytes.AsMemory(Length, _taken - Length);
        return true;
    }

    public void Advance(int count) => Length += count;

    public void Dispose()
    {
        Return();
        _bytes = [];
        Length = 0;
        budget.Give(_taken);
        _taken = 0;
    }

    void Return()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
    }
}
