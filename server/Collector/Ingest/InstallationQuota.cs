// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Flags events from new installations beyond the per-network daily limit; they are stored and excluded from counts
/// (<see cref="Table.Counts"/>). Without it one network could invent installations to publish or to hide a row. A known
/// installation always counts, from whichever network. Known installations are keyed digests, in memory only; which
/// network an installation came from is never kept. Thread-safe.
/// </summary>
/// <param name="daily">How many new installations a network may bring.</param>
/// <param name="maxKnown">How many installations are remembered for each tool; beyond, every installation
/// counts.</param>
sealed class InstallationQuota(PrefixRateLimiter daily, int maxKnown)
{
    const int IdLength = 64;

    readonly ConcurrentDictionary<string, KnownInstallations> _tools = new(StringComparer.Ordinal);
    readonly ulong[] _key = MakeKey();

    /// <summary>How many events of a tool were flagged since the start.</summary>
    public long Uncounted(string tool) =>
        _tools.TryGetValue(tool, out var known) ? Interlocked.Read(ref known.Uncounted) : 0;

    /// <summary>Adds installations that the store already has.</summary>
    public void AddKnown(string tool, IEnumerable<string> installations)
    {
        var known = KnownOf(tool);
        Span<byte> text = stackalloc byte[IdLength];
        foreach (var id in installations)
        {
            if (id.Length != IdLength || !Encoding.ASCII.TryGetBytes(id, text, out _)
                || !TryDigest(text, out var digest))
            {
                continue;
            }

            lock (known.Digests)
            {
                if (known.Digests.Count >= maxKnown)
                    return; // from here on all count
                known.Digests.Add(digest);
            }
        }
    }

    /// <summary>Flags the rows of a batch that do not count.</summary>
    public void Apply(string tool, DecodedBatch batch, NetworkPrefix client)
    {
        var known = KnownOf(tool);
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
                rows[Envelope.Counts].Set(row, 0);
                uncounted++;
            }
        }

        if (uncounted > 0)
            Interlocked.Add(ref known.Uncounted, uncounted);
    }

    bool Counts(KnownInstallations known, UInt128 installation, NetworkPrefix client)
    {
        lock (known.Digests)
        {
            if (known.Digests.Contains(installation) || known.Digests.Count >= maxKnown)
                return true;
            if (daily.Take(client) is not null)
                return false;
            known.Digests.Add(installation);
            return true;
        }
    }

    KnownInstallations KnownOf(string tool) => _tools.GetOrAdd(tool, static _ => new KnownInstallations());

    // NH (RFC 4418, 5). The key is this process's own, so that no sender can find two ids with the same digest, as it
    // could with a prefix of the id, which the sender chooses. Takes a tenth of the time of a cryptographic hash.
    bool TryDigest(ReadOnlySpan<byte> id, out UInt128 digest)
    {
        digest = default;
        if (id.Length != IdLength)
            return false;
        Span<ulong> words = stackalloc ulong[4];
        for (var i = 0; i < words.Length; i++)
        {
            var word = id.Slice(16 * i, 16);
            if (!ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]))
                return false;
        }

        digest = unchecked(
            ((UInt128)(words[0] + _key[0]) * (words[1] + _key[1]))
            + ((UInt128)(words[2] + _key[2]) * (words[3] + _key[3])));
        return true;
    }

    static ulong[] MakeKey()
    {
        var key = new ulong[4];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(key.AsSpan()));
        return key;
    }

    sealed class KnownInstallations
    {
        /// <summary>Guarded by itself.</summary>
        public HashSet<UInt128> Digests { get; } = [];

        public long Uncounted;
    }
}
