// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Decides how far the installations of a batch count, so that no network can invent installations to publish or to
/// hide a row (docs/adr/0025-networks.md).
/// <list type="bullet">
/// <item>Events from new installations beyond the per-network daily limit are stored and excluded from counts
/// (<see cref="Table.Counts"/>). A known installation always counts, from whichever network.</item>
/// <item>Each other event gets the bucket of its network, or <see cref="Networks.New"/> if it happened or arrived
/// before the installation's second day (<see cref="Table.Network"/>).</item>
/// <item>Events beyond what one installation may add to a day are excluded from counts too (<see
/// cref="ContributionBound"/>).</item>
/// </list>
/// Known installations are keyed digests, in memory only. Thread-safe.
/// </summary>
/// <param name="daily">How many new installations a network may bring.</param>
/// <param name="buckets">The buckets of networks.</param>
/// <param name="bound">The bound of what one installation may add.</param>
/// <param name="digests">The digests of installations.</param>
/// <param name="maxKnown">How many installations are remembered for each tool; beyond, every installation
/// counts, and towards no minimum.</param>
sealed class InstallationQuota(
    PrefixRateLimiter daily, NetworkBuckets buckets, ContributionBound bound, InstallationDigest digests, int maxKnown)
{
    const long DayNanoseconds = 86_400_000_000_000;

    static readonly int FirstDayNumber = new DateOnly(1970, 1, 1).DayNumber;

    readonly ConcurrentDictionary<string, KnownInstallations> _tools = new(StringComparer.Ordinal);

    /// <summary>How many events of a tool were flagged since the start.</summary>
    public long Uncounted(string tool) =>
        _tools.TryGetValue(tool, out var known) ? Interlocked.Read(ref known.Uncounted) : 0;

    /// <summary>Adds installations that the store already has.</summary>
    public void AddKnown(string tool, IEnumerable<KnownInstallation> installations)
    {
        var known = KnownOf(tool);
        foreach (var (id, day) in installations)
        {
            if (!digests.TryCompute(id, out var digest))
                continue;
            var first = day.DayNumber - FirstDayNumber;
            lock (known.FirstDays)
            {
                if (known.FirstDays.TryGetValue(digest, out var other))
                    known.FirstDays[digest] = Math.Min(first, other);
                else if (known.FirstDays.Count < maxKnown)
                    known.FirstDays.Add(digest, first);
            }
        }
    }

    /// <summary>Forgets a tool's installations; <see cref="AddKnown"/> brings back those that the store has.</summary>
    public void Forget(string tool)
    {
        if (!_tools.TryGetValue(tool, out var known))
            return;
        lock (known.FirstDays)
        {
            known.FirstDays.Clear();
            known.FirstDays.TrimExcess();
        }
    }

    /// <summary>Sets the network of each row of a batch, and flags the rows that do not count.</summary>
    /// <exception cref="IOException">A key can't be saved.</exception>
    /// <exception cref="StoreException">The store can't tell what was counted before.</exception>
    /// <exception cref="ObjectDisposedException">The collector is stopping.</exception>
    public void Apply(Tool tool, DecodedBatch batch, NetworkPrefix client)
    {
        var known = KnownOf(tool.Name);
        var network = buckets.Of(tool.Name, client);
        var uncounted = 0L;
        foreach (var rows in batch.Rows.Where(rows => !rows.Table.IsDevelopment))
        {
            for (var row = 0; row < rows.Count; row++)
            {
                if (Apply(tool, known, rows, row, client, network))
                    continue;
                rows[Envelope.Counts].Set(row, 0);
                uncounted++;
            }
        }

        if (uncounted > 0)
            Interlocked.Add(ref known.Uncounted, uncounted);
    }

    /// <summary>
    /// Takes back what the counted rows of a batch used of their sources' bounds, because the batch was not stored.
    /// </summary>
    public void GiveBack(Tool tool, DecodedBatch batch, NetworkPrefix client)
    {
        var network = buckets.Of(tool.Name, client);
        foreach (var rows in batch.Rows.Where(rows => !rows.Table.IsDevelopment))
        {
            for (var row = 0; row < rows.Count; row++)
            {
                var day = DayOf(rows[Envelope.Time].Numbers[row]);
                if (rows[Envelope.Counts].Valid[row]) // flagged: it used nothing
                    continue;
                if (TryInstallation(rows, row, out var installation))
                    bound.GiveBack(tool.Name, rows.Table, day, installation);
                else if (!client.IsOwn)
                    bound.GiveBack(tool.Name, rows.Table, day, (UInt128)network.On(day));
            }
        }
    }

    bool TryInstallation(EventRows rows, int row, out UInt128 installation)
    {
        installation = default;
        var column = rows.Table.CountedBy;
        return column >= 0 && rows[column].Valid[row] && digests.TryCompute(rows[column].Text(row), out installation);
    }

    // False: the row does not count.
    bool Apply(
        Tool tool, KnownInstallations known, EventRows rows, int row, NetworkPrefix client,
        NetworkBuckets.OfNetwork network)
    {
        var day = DayOf(rows[Envelope.Time].Numbers[row]);
        var max = tool.Find((int)rows[Envelope.Manifest].Numbers[row])!.MaxPerDay;
        if (!TryInstallation(rows, row, out var installation))
        {
            if (client.IsOwn)
                return true;
            var bucket = network.On(day);
            rows[Envelope.Network].Set(row, bucket);
            return bound.TryTake(tool.Name, rows.Table, day, (UInt128)bucket, max);
        }

        var received = DayOf(rows[Envelope.Received].Numbers[row]);
        if (FirstDay(known, installation, client, received) is not { } first)
            return false;
        // The earlier of both days: neither a future time nor an old one makes an installation older.
        if (!client.IsOwn)
            rows[Envelope.Network].Set(row, Math.Min(day, received) > first ? network.On(day) : Networks.New);
        return bound.TryTake(tool.Name, rows.Table, day, installation, max);
    }

    // The first day (since 1970) on which a counted event of the installation was received; null: it does not count.
    int? FirstDay(KnownInstallations known, UInt128 installation, NetworkPrefix client, int today)
    {
        lock (known.FirstDays)
        {
            if (known.FirstDays.TryGetValue(installation, out var first))
                return first;
            if (known.FirstDays.Count >= maxKnown)
                return today;
            if (!client.IsOwn && daily.Take(client) is not null)
                return null;
            known.FirstDays.Add(installation, today);
            return today;
        }
    }

    static int DayOf(long nanoseconds) => (int)(nanoseconds / DayNanoseconds);

    KnownInstallations KnownOf(string tool) => _tools.GetOrAdd(tool, static _ => new KnownInstallations());

    sealed class KnownInstallations
    {
        /// <summary>By digest, days since 1970. Guarded by itself.</summary>
        public Dictionary<UInt128, int> FirstDays { get; } = [];

        public long Uncounted;
    }
}
