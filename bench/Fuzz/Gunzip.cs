// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// Decompresses one body slowly, written from RFC 1951 and RFC 1952. It shares no code with the collector's reader.
/// </summary>
ref struct Gunzip
{
    static readonly int[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258];
    static readonly int[] LengthBits =
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    static readonly int[] DistanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577];
    static readonly int[] DistanceBits =
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    static readonly int[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    static readonly uint[] Sums = MakeSums();

    readonly ReadOnlySpan<byte> _in;
    readonly List<byte> _out;
    readonly int _most;
    int _at;
    int _bits;
    int _bitCount;

    Gunzip(ReadOnlySpan<byte> packed, int most)
    {
        _in = packed;
        _most = most;
        _out = new List<byte>(packed.Length * 4);
    }

    /// <summary>The content of one whole member that is all of the input.</summary>
    public static GunzipEnd Read(ReadOnlySpan<byte> packed, int most, out byte[] content)
    {
        var reader = new Gunzip(packed, most);
        var end = reader.Run();
        content = end == GunzipEnd.Whole ? [.. reader._out] : [];
        return end;
    }

    GunzipEnd Run()
    {
        try
        {
            SkipHead();
            while (!Block())
                continue;
            if (_at + 8 != _in.Length
                || BinaryPrimitives.ReadUInt32LittleEndian(_in[_at..]) != SumOf([.. _out])
                || BinaryPrimitives.ReadUInt32LittleEndian(_in[(_at + 4)..]) != (uint)_out.Count)
            {
                return GunzipEnd.Broken;
            }

            return GunzipEnd.Whole;
        }
        catch (TooMuchException)
        {
            return GunzipEnd.TooMuch;
        }
        catch (BrokenException)
        {
            return GunzipEnd.Broken;
        }
    }

    void SkipHead()
    {
        if (_in.Length < 18 || _in[0] != 0x1f || _in[1] != 0x8b || _in[2] != 8 || (_in[3] & 0xe0) != 0)
            throw new BrokenException();
        var flags = _in[3];
        _at = 10;
        if ((flags & 4) != 0)
        {
            var length = Byte() | (Byte() << 8);
            for (; length > 0; length--)
                Byte();
        }

        for (var text = 8; text <= 16; text *= 2)
        {
            while ((flags & text) != 0 && Byte() != 0)
                continue;
        }

        if ((flags & 2) != 0)
        {
            var sum = SumOf(_in[.._at]) & 0xffff;
            if ((Byte() | (Byte() << 8)) != (int)sum)
                throw new BrokenException();
        }
    }

    // Returns true after the last block.
    bool Block()
    {
        var last = Bits(1) == 1;
        switch (Bits(2))
        {
            case 0:
                _bits = _bitCount = 0;
                var length = Byte() | (Byte() << 8);
                if ((Byte() | (Byte() << 8)) != (~length & 0xffff))
                    throw new BrokenException();
                for (; length > 0; length--)
                    Put(Byte());
                break;
            case 1:
                var lengths = new int[320];
                for (var i = 0; i < 288; i++)
                    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
                lengths.AsSpan(288).Fill(5);
                Codes(new Huffman(lengths.AsSpan(0, 288), mayLack: false),
                    new Huffman(lengths.AsSpan(288, 32), mayLack: false));
                break;
            case 2:
                Dynamic();
                break;
            default:
                throw new BrokenException();
        }

        return last;
    }

    void Dynamic()
    {
        var (literals, distances, orders) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        if (literals > 286 || distances > 30)
            throw new BrokenException();
        var lengths = new int[320];
        for (var i = 0; i < orders; i++)
            lengths[Order[i]] = Bits(3);
        var code = new Huffman(lengths.AsSpan(0, 19), mayLack: false);
        lengths.AsSpan().Clear();
        for (var i = 0; i < literals + distances;)
        {
            var symbol = Symbol(code);
            if (symbol < 16)
            {
                lengths[i++] = symbol;
                continue;
            }

            if (symbol == 16 && i == 0)
                throw new BrokenException();
            var value = symbol == 16 ? lengths[i - 1] : 0;
            var repeat = symbol switch { 16 => 3 + Bits(2), 17 => 3 + Bits(3), _ => 11 + Bits(7) };
            if (i + repeat > literals + distances)
                throw new BrokenException();
            for (; repeat > 0; repeat--)
                lengths[i++] = value;
        }

        if (lengths[256] == 0)
            throw new BrokenException();
        Codes(new Huffman(lengths.AsSpan(0, literals), mayLack: true),
            new Huffman(lengths.AsSpan(literals, distances), mayLack: true));
    }

    void Codes(Huffman literals, Huffman distances)
    {
        while (true)
        {
            var symbol = Symbol(literals);
            if (symbol < 256)
            {
                Put((byte)symbol);
                continue;
            }

            if (symbol == 256)
                return;
            symbol -= 257;
            if (symbol >= LengthBase.Length)
                throw new BrokenException();
            var length = LengthBase[symbol] + Bits(LengthBits[symbol]);
            symbol = Symbol(distances);
            if (symbol >= DistanceBase.Length)
                throw new BrokenException();
            var distance = DistanceBase[symbol] + Bits(DistanceBits[symbol]);
            if (distance > _out.Count)
                throw new BrokenException();
            for (; length > 0; length--)
                Put(_out[^distance]);
        }
    }

    int Symbol(Huffman huffman)
    {
        int code = 0, first = 0, index = 0;
        for (var length = 1; length <= 15; length++)
        {
            code |= Bits(1);
            var count = huffman.Counts[length];
            if (code - count < first)
                return huffman.Symbols[index + (code - first)];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        throw new BrokenException();
    }

    int Bits(int count)
    {
        while (_bitCount < count)
        {
            _bits |= Byte() << _bitCount;
            _bitCount += 8;
        }

        var value = _bits & ((1 << count) - 1);
        _bits >>= count;
        _bitCount -= count;
        return value;
    }

    byte Byte() => _at < _in.Length ? _in[_at++] : throw new BrokenException();

    readonly void Put(byte value)
    {
        if (_out.Count >= _most)
            throw new TooMuchException();
        _out.Add(value);
    }

    static uint SumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = 0xffffffff;
        foreach (var one in bytes)
            sum = Sums[(sum ^ one) & 0xff] ^ (sum >> 8);
        return ~sum;
    }

    static uint[] MakeSums()
    {
        var sums = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var sum = i;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? 0xedb88320 ^ (sum >> 1) : sum >> 1;
            sums[i] = sum;
        }

        return sums;
    }

    /// <summary>
    /// A canonical code: how many symbols of each length, and the symbols in the order of their codes.
    /// </summary>
    sealed class Huffman
    {
        public Huffman(ReadOnlySpan<int> lengths, bool mayLack)
        {
            Symbols = new int[lengths.Length];
            foreach (var length in lengths)
                Counts[length]++;
            var used = lengths.Length - Counts[0];
            Counts[0] = 0;
            var left = 1;
            for (var length = 1; length <= 15; length++)
                left = (left << 1) - Counts[length] is var now and >= 0 ? now : throw new BrokenException();

            // An incomplete code is allowed only for a single symbol, and for no distances at all.
            if (left > 0 && !(mayLack && (used == 0 || (used == 1 && Counts[1] == 1))))
                throw new BrokenException();
            var offsets = new int[16];
            for (var length = 1; length < 15; length++)
                offsets[length + 1] = offsets[length] + Counts[length];
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != 0)
                    Symbols[offsets[lengths[symbol]]++] = symbol;
            }
        }

        public int[] Counts { get; } = new int[16];

        public int[] Symbols { get; }
    }

    sealed class BrokenException : Exception;

    sealed class TooMuchException : Exception;
}

/// <summary>The result of a decompression.</summary>
enum GunzipEnd
{
    /// <summary>One whole member and nothing else.</summary>
    Whole,

    /// <summary>Anything else.</summary>
    Broken,

    /// <summary>More than the limit.</summary>
    TooMuch,
}
