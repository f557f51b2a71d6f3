// SPDX-License-Identifier: MIT
using static System.Numerics.BitOperations;

namespace Tallymark.Record;

/// <summary>
/// SHA-256 (FIPS 180-4) in managed code: the framework's first hash costs 3 ms, since it loads OpenSSL (docs/adr/0016).
/// One object computes one hash. Not thread-safe.
/// </summary>
sealed class ManagedSha256
{
    const int BlockLength = 64;
    internal const int Length = 32;

    static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    readonly uint[] _state =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    readonly byte[] _block = new byte[BlockLength];
    long _count;

    internal ManagedSha256 Add(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            _block[_count++ % BlockLength] = one;
            if (_count % BlockLength == 0)
                Mix();
        }

        return this;
    }

    /// <summary>Adds text in UTF-8.</summary>
    internal ManagedSha256 Add(string text) => Add(System.Text.Encoding.UTF8.GetBytes(text));

    internal byte[] Finish()
    {
        var bits = _count * 8;
        Add([0x80]);
        while (_count % BlockLength != BlockLength - sizeof(long))
            Add([0]);
        for (var shift = 56; shift >= 0; shift -= 8)
            Add([(byte)(bits >> shift)]);
        var hash = new byte[Length];
        for (var i = 0; i < hash.Length; i++)
            hash[i] = (byte)(_state[i / 4] >> (24 - i % 4 * 8));
        return hash;
    }

    void Mix()
    {
        Span<uint> w = stackalloc uint[64];
        for (var i = 0; i < 16; i++)
            w[i] = (uint)(_block[i * 4] << 24 | _block[i * 4 + 1] << 16 | _block[i * 4 + 2] << 8 | _block[i * 4 + 3]);
        for (var i = 16; i < w.Length; i++)
        {
            var s0 = RotateRight(w[i - 15], 7) ^ RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            var s1 = RotateRight(w[i - 2], 17) ^ RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        uint a = _state[0], b = _state[1], c = _state[2], d = _state[3];
        uint e = _state[4], f = _state[5], g = _state[6], h = _state[7];
        for (var i = 0; i < w.Length; i++)
        {
            var s1 = RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25);
            var t1 = h + s1 + ((e & f) ^ (~e & g)) + Constants[i] + w[i];
            var s0 = RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22);
            var t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }
}
