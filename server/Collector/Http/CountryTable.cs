// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Http;

/// <summary>
/// Countries by network prefix, in memory: no address is ever looked up elsewhere. The tables are lines of
/// <c>start,end,code</c>, with IPv4 and IPv6 in separate files or together. A prefix has the country of its first
/// address. Immutable. Thread-safe.
/// </summary>
sealed class CountryTable
{
    readonly PrefixRanges _ipv4;
    readonly PrefixRanges _ipv6;
    readonly byte[][] _codes;

    CountryTable(PrefixRanges ipv4, PrefixRanges ipv6, byte[][] codes)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
        _codes = codes;
    }

    /// <summary>A table without countries.</summary>
    public static CountryTable Empty { get; } = new(new PrefixRanges([]), new PrefixRanges([]), []);

    /// <summary>
    /// Reads all <c>*.csv</c> files of a folder. Cost: a fraction of a second for the half million lines of the usual
    /// tables.
    /// </summary>
    /// <exception cref="IOException">The folder has no such file, or a file can't be read.</exception>
    /// <exception cref="FormatException">A line does not have the form; the message names it.</exception>
    public static CountryTable Load(string folder)
    {
        var files = Directory.GetFiles(folder, "*.csv");
        if (files.Length == 0)
            throw new FileNotFoundException($"{folder} has no country table (*.csv).");
        Array.Sort(files, StringComparer.Ordinal);
        var reading = new Reading();
        foreach (var file in files)
            reading.Add(file);
        return new CountryTable(
            new PrefixRanges(reading.IPv4), new PrefixRanges(reading.IPv6),
            [.. reading.Codes.Select(Encoding.ASCII.GetBytes)]);
    }

    /// <summary>
    /// The country as an event stores it (<c>UG</c>, <c>?EU</c>), ASCII; empty if unknown, and for a special-purpose
    /// range, whatever the table says.
    /// </summary>
    public ReadOnlySpan<byte> Find(NetworkPrefix prefix)
    {
        if (SpecialPurpose.Contains(prefix))
            return default;
        var code = prefix.Family switch
        {
            PrefixFamily.IPv4 => _ipv4.Find(prefix.Bits),
            PrefixFamily.IPv6 => _ipv6.Find(prefix.Bits),
            _ => PrefixRanges.None,
        };
        return code == PrefixRanges.None ? default : _codes[code];
    }

    sealed class Reading
    {
        readonly Dictionary<int, byte> _byCode = []; // the key is the two letters

        public List<PrefixRange> IPv4 { get; } = [];

        public List<PrefixRange> IPv6 { get; } = [];

        public List<string> Codes { get; } = [];

        public void Add(string file)
        {
            ReadOnlySpan<byte> rest = File.ReadAllBytes(file);
            for (var line = 1; rest.Length > 0; line++)
            {
                var end = rest.IndexOf((byte)'\n');
                var text = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
                rest = end < 0 ? default : rest[(end + 1)..];
                if (text.Length > 0 && !TryAdd(text))
                    throw new FormatException(
                        $"{file}({line}): expected start,end,code with two addresses of the same family " +
                        "(IPv4 or IPv6).");
            }
        }

        bool TryAdd(ReadOnlySpan<byte> line)
        {
            var first = line.IndexOf((byte)',');
            var second = line.LastIndexOf((byte)',');
            if (first < 0 || second <= first
                || !AddressText.TryRead(line[..first], out var from, out var family)
                || !AddressText.TryRead(line[(first + 1)..second], out var to, out var other)
                || family != other || from > to)
            {
                return false;
            }

            var code = CodeOf(line[(second + 1)..].Trim((byte)'"'));
            if (code == PrefixRanges.None)
                return true;
            // A prefix is in the range if its first address is. The range may start in the middle of a prefix: that
            // prefix is not in it.
            var removed = family == AddressFamily.InterNetwork
                ? NetworkPrefix.IPv4RemovedBits
                : NetworkPrefix.IPv6RemovedBits;
            var start = (from + (UInt128.One << removed) - 1) >> removed;
            var last = to >> removed;
            if (start <= last)
            {
                var ranges = family == AddressFamily.InterNetwork ? IPv4 : IPv6;
                ranges.Add(new PrefixRange((ulong)start, (ulong)last, code));
            }

            return true;
        }

        byte CodeOf(ReadOnlySpan<byte> code)
        {
            if (code.Length != 2)
                return PrefixRanges.None;
            var key = (code[0] << 8) | code[1];
            if (_byCode.TryGetValue(key, out var index))
                return index;
            index = PrefixRanges.None;
            if (CountryCodes.StoredValue(Encoding.ASCII.GetString(code)) is { } text)
            {
                index = (byte)Codes.Count; // below None: there are 250 countries and three regions
                Codes.Add(text);
            }

            _byCode.Add(key, index);
            return index;
        }
    }
}
