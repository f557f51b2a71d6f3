// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Protocols;

/// <summary>
/// Bounds what deletion requests leave behind: the data folder keeps a record of every proof for good, also of an
/// invented one, because only that keeps later events of the installation out, and because no reply may tell which ids
/// were known. Two bounds, the same for known and unknown ids: a network's proofs per day; and, while batches are
/// refused for lack of disk space, the growth of the records, to a small part of the disk reserve. A refused client
/// keeps its proofs and sends them again. Thread-safe.
/// </summary>
sealed class DeletionQuota
{
    const int SecondsPerDay = 24 * 60 * 60;

    // While the disk is low the records may take this part of the reserve: the rest is for commits and maintenance,
    // which frees space.
    const int ReservePart = 32;

    // Bytes, from above: a line of deleting.ndjson names every table with an installation; its ids become digests.
    const int RequestBytes = 4096;
    const int ProofBytes = 256;

    readonly PrefixRateLimiter _daily;
    readonly PrefixRateLimiter _whileLow;
    readonly DiskSpace _disk;
    readonly Limits _limits;
    readonly Lock _lock = new();
    long _grown; // bytes, since the disk became low

    public DeletionQuota(DiskSpace disk, Limits limits, TimeProvider time)
    {
        _disk = disk;
        _limits = limits;
        _daily = Of(limits.MaxNetworkProofs);
        // A hundred proofs are an installation with a new id each month, for eight years.
        _whileLow = Of(Math.Min(limits.MaxNetworkProofs, limits.MaxProofs));

        PrefixRateLimiter Of(int proofs) => new((double)proofs / SecondsPerDay, proofs, limits.MaxPrefixes, time);
    }

    /// <summary>Takes a request's proofs from both bounds; null: it may be recorded.</summary>
    public Refusal? Refuse(NetworkPrefix client, int proofs)
    {
        if (_daily.Take(client, proofs) is { } pause)
            return TooMany(pause);
        if (!_disk.IsLow)
        {
            lock (_lock)
                _grown = 0;
            return null;
        }

        if (_whileLow.Take(client, proofs) is { } longer)
            return TooMany(longer);
        lock (_lock)
        {
            var bytes = RequestBytes + (long)proofs * ProofBytes;
            if (_grown + bytes > _disk.Reserve / ReservePart)
            {
                return new Refusal(
                    Problem.Busy, "The collector's disk is nearly full. Nothing was deleted; send the request again.",
                    _limits.BusyRetryAfter);
            }

            _grown += bytes;
            return null;
        }
    }

    static Refusal TooMany(TimeSpan pause) => new(
        Problem.TooMany, "This network has sent too many deletions. Nothing was deleted; send the request again.",
        pause + TimeSpan.FromSeconds(1));
}
