// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// One random key for each day of events, in the file <c>network-keys.tsv</c> (<c>spec/control.md</c>). A key exists as
/// long as an event of its day can arrive, and in no backup. Thread-safe.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="limits">How old an event may be.</param>
/// <param name="time">The clock.</param>
sealed class NetworkKeys(string path, Limits limits, TimeProvider time)
{
    const int KeyLength = 32;
    const string DayFormat = "yyyy-MM-dd";

    static readonly DateOnly First = new(1970, 1, 1);

    readonly Lock _lock = new();
    SortedDictionary<int, byte[]>? _keys; // by days since 1970; null: not read yet

    /// <summary>The key of a day; a new one is on disk before it is used.</summary>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public byte[] Of(int day)
    {
        lock (_lock)
        {
            _keys ??= Read();
            if (_keys.TryGetValue(day, out var key))
                return key;
            _keys.Add(day, key = RandomNumberGenerator.GetBytes(KeyLength));
            try
            {
                Write(RemoveOld(_keys));
            }
            catch
            {
                _keys.Remove(day); // a key that only this process has would give the network a second bucket
                throw;
            }

            return key;
        }
    }

    /// <summary>Removes the keys of days of which no more events are accepted.</summary>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public void RemoveOld()
    {
        lock (_lock)
        {
            _keys ??= Read();
            var before = _keys.Count;
            if (RemoveOld(_keys).Count < before)
                Write(_keys);
        }
    }

    /// <summary>Reads the file, to find damage.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public void Check() => _ = Read();

    SortedDictionary<int, byte[]> RemoveOld(SortedDictionary<int, byte[]> keys)
    {
        var oldest = NumberOf(DateOnly.FromDateTime((time.GetUtcNow() - limits.MaxAge).UtcDateTime));
        foreach (var old in keys.Keys.Where(day => day < oldest).ToList())
            keys.Remove(old);
        return keys;
    }

    SortedDictionary<int, byte[]> Read()
    {
        var keys = new SortedDictionary<int, byte[]>();
        if (!File.Exists(path))
            return keys;
        foreach (var line in File.ReadLines(path))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0 || line.Length - tab - 1 != 2 * KeyLength
                || !DateOnly.TryParseExact(
                    line.AsSpan(0, tab), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                throw new IOException(
                    $"{path} is damaged. Delete it: the collector makes new keys, and a network that sent events of " +
                    "the last days can count twice on those days.");
            }

            keys[NumberOf(day)] = Convert.FromHexString(line.AsSpan(tab + 1));
        }

        return keys;
    }

    void Write(SortedDictionary<int, byte[]> keys)
    {
        var text = new StringBuilder();
        foreach (var (day, key) in keys)
        {
            text.Append(First.AddDays(day).ToString(DayFormat, CultureInfo.InvariantCulture)).Append('\t')
                .Append(Convert.ToHexStringLower(key)).Append('\n');
        }

        OwnerFile.Replace(path, Encoding.ASCII.GetBytes(text.ToString()));
    }

    static int NumberOf(DateOnly day) => day.DayNumber - First.DayNumber;
}
