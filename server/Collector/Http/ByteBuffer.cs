// SPDX-License-Identifier: MIT

using System.Buffers;

namespace Tallymark.Collector.Http;

/// <summary>
/// Bytes of one request, in memory of the shared pool that counts against the budget. It grows with the bytes that
/// arrive, never by the length that a header promises. Not thread-safe.
/// </summary>
/// <param name="budget">The budget.</param>
/// <param name="client">The network whose share of the budget it uses.</param>
sealed class ByteBuffer(MemoryBudget budget, NetworkPrefix client) : IDisposable
{
    byte[] _bytes = [];
    int _taken;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public byte[] Array => _bytes;

    /// <summary>Free room behind the written bytes.</summary>
    /// <param name="maxLength">The length that the buffer never exceeds.</param>
    /// <param name="room">The room; empty if the buffer has reached that length.</param>
    /// <returns>False: the budget, or the network's share of it, is used up.</returns>
    public bool TryGetRoom(int maxLength, out Memory<byte> room)
    {
        room = default;
        var wanted = Math.Min(maxLength, Math.Max(16 * 1024, Length * 2));
        if (Length == _taken && wanted > _taken)
        {
            if (!budget.TryTake(client, wanted - _taken))
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
        budget.Release(client, _taken);
        _taken = 0;
    }

    void Return()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
    }
}
