// SPDX-License-Identifier: MIT
// Whether an installation counts: one network can't make up as many as it likes, so that a row is published or hidden.

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Marks the events of installations that are new past what their network may bring: they are stored and count nowhere
/// (<see cref="Table.Counts"/>). One that is known counts, wherever it comes from. What is known is a keyed digest, in memory only; which
/// network brought whom is never kept. Safe for any thread.
/// </summary>
sealed class InstallationQuota(PrefixRate perDay, int most)
{
    static readonly int CountsColumn = IndexOfCounts();

    readonly ConcurrentDictionary<string, Known> _tools = new(StringComparer.Ordinal);
    readonly ulong[] _key = Key();

    /// <summary>How many events of a tool did not count, since the start.</summary>
    public long Uncounted(string tool) => _tools.TryGetValue(tool, out var known) ? Interlocked.Read(ref known.Uncounted) : 0;

    /// <summary>These installations are known already.</summary>
    public void Knows(string tool, IEnumerable<string> installations)
    {
        var known = Of(tool);
        Span<byte> text = stackalloc byte[64];
        foreach (var id in installations)
        {
            if (id.Length == text.Length && System.Text.Encoding.ASCII.TryGetBytes(id, text, out _) && TryDigest(text, out var digest))
            {
                lock (known.Ids)
                {
                    if (known.Ids.Count >= most)
                        return; // from here on all count
                    known.Ids.Add(digest);
                }
            }
        }
    }

    /// <summary>Marks the rows of a batch that do not count.</summary>
    public void Weigh(string tool, DecodedBatch batch, NetworkPrefix client)
    {
        var known = Of(tool);
        var uncounted = 0L;
        foreach (var rows in batch.Rows)
        {
            if (rows.Table.Installation < 0 || rows.Table.IsDevelopment)
                continue;
            var ids = rows[rows.Table.Installation];
            UInt128 last = default;
            var counts = true;
            for (var row = 0; row < rows.Count; row++)
            {
                if (!ids.Valid[row] || !TryDigest(ids.Text(row), out var digest))
                    continue;
                if (row == 0 || digest != last)
                    counts = Counts(known, digest, client);
                last = digest;
                if (counts)
                    continue;
                rows[CountsColumn].Set(row, 0);
                uncounted++;
            }
        }

        if (uncounted > 0)
            Interlocked.Add(ref known.Uncounted, uncounted);
    }

    bool Counts(Known known, UInt128 installation, NetworkPrefix client)
    {
        lock (known.Ids)
        {
            if (known.Ids.Contains(installation) || known.Ids.Count >= most)
                return true;
            if (perDay.Take(client) is not null)
                return false;
            known.Ids.Add(installation);
            return true;
        }
    }

    Known Of(string tool) => _tools.GetOrAdd(tool, static _ => new Known());

    // NH (RFC 4418, 5): with a key of this process nobody can find two ids that look the same, as they could with the start of an id, which is
    // the sender's to choose. A tenth of the time of a cryptographic hash.
    bool TryDigest(ReadOnlySpan<byte> id, out UInt128 digest)
    {
        digest = default;
        if (id.Length != 64)
            return false;
        Span<ulong> words = stackalloc ulong[4];
        for (var i = 0; i < words.Length; i++)
        {
            if (!ulong.TryParse(id.Slice(16 * i, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]))
                return false;
        }

        digest = unchecked(
            ((UInt128)(words[0] + _key[0]) * (words[1] + _key[1])) + ((UInt128)(words[2] + _key[2]) * (words[3] + _key[3])));
        return true;
    }

    static ulong[] Key()
    {
        var key = new ulong[4];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(key.AsSpan()));
        return key;
    }

    static int IndexOfCounts()
    {
        for (var i = 0; i < Table.EnvelopeColumns.Count; i++)
        {
            if (Table.EnvelopeColumns[i].Name == Table.Counts)
                return i;
        }

        throw new InvalidOperationException("The envelope has no such column.");
    }

    sealed class Known
    {
        /// <summary>Guarded by itself.</summary>
        public HashSet<UInt128> Ids { get; } = [];

        public long Uncounted;
    }
}
