// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Ingests the requests of one protocol. A step returns null to continue, or the refusal that ends the request. The
/// client's address was truncated to a prefix before (<see cref="AddressTruncation"/>).
/// <list type="number">
/// <item>Check: method, content type and encoding.</item>
/// <item>Receive: read the body, bounded in bytes and time.</item>
/// <item>Decompress: gzip, bounded in bytes.</item>
/// <item>Decode: the protocol validates every event against its tool's manifest. Each event is counted from here
/// on.</item>
/// <item>Apply the quota: decide how far the installations count, so that no network can invent a crowd.</item>
/// <item>Write: append to the journal, in one flush with other batches, and wait until it is on disk. The store takes
/// it from there (<see cref="StoreThread"/>).</item>
/// <item>Reply: the protocol writes it.</item>
/// </list>
/// Thread-safe.
/// </summary>
sealed class Pipeline(
    IIngestProtocol protocol, InstallationQuota quota, KnownInstallationsLoader known, JournalThread journal,
    MemoryBudget memory, ClockWitness clock, RequestCounters counters, IngestHistograms histograms, Limits limits,
    TimeProvider time, ILogger log)
{
    readonly UndeclaredEvents _undeclared = new(log);
    volatile bool _stopping;

    /// <summary>Refuses new requests from now on. Requests in progress continue.</summary>
    public void Stop() => _stopping = true;

    public async Task HandleAsync(HttpContext context)
    {
        using var request = new IngestRequest(NetworkPrefixFeature.Of(context), memory);
        Refusal? refusal;
        try
        {
            refusal = Check(context.Request)                                              // 1
                ?? await BodyReader.ReadAsync(context.Request, request.Body, limits)      // 2
                ?? Decompress(context.Request, request)                                   // 3
                ?? protocol.Decode(request)                                               // 4
                ?? await ApplyQuotaAsync(request)                                         // 5
                ?? await WriteAsync(request);                                             // 6
        }
        catch (Exception e) // the edge of the stage: after a bug the client sends its events again
        {
            log.RequestBroke(e.GetType().Name, e.StackTrace);
            refusal = new Refusal(Problem.Internal);
        }

        GiveBack(request);
        CountOutcomes(request, refusal);
        await protocol.ReplyAsync(context.Response, request, refusal);                    // 7
    }

    Refusal? Check(HttpRequest request) => _stopping
        ? new Refusal(Problem.Stopping, RetryAfter: limits.BusyRetryAfter)
        : clock.RefusesBatches // else events would be dropped as too old, or get a wrong time of receipt
        ? new Refusal(Problem.Clock, RetryAfter: limits.ClockRetryAfter)
        : protocol.Check(request) ?? Decompression.Check(request);

    Refusal? Decompress(HttpRequest http, IngestRequest request)
    {
        request.Received = Stopwatch.GetTimestamp();
        if (!Decompression.IsCompressed(http))
        {
            request.UseBodyAsContent();
            return null;
        }

        var refusal = Decompression.Decompress(request.Body, request.Content, limits);
        request.Body.Dispose(); // frees its memory for other requests
        return refusal;
    }

    async Task<Refusal?> ApplyQuotaAsync(IngestRequest request)
    {
        foreach (var batch in request.Batches)
        {
            try
            {
                await known.LoadAsync(batch.Tool).WaitAsync(limits.MaxStoreTime);
                quota.Apply(batch.Tool, batch.Decoded!, request.Client);
                batch.UsesBounds = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.KeysNotSaved(e.Message);
                return new Refusal(Problem.Busy, "The batch could not be written.", limits.BusyRetryAfter);
            }
            catch (Exception e) when (e is StoreException or TimeoutException)
            {
                log.StoreCannotSay(batch.Tool.Name, e is TimeoutException ? ToolQueue.Stuck : e.Message);
                return new Refusal(Problem.Busy, "The batch could not be written.", limits.BusyRetryAfter);
            }
            catch (ObjectDisposedException)
            {
                return new Refusal(Problem.Stopping, RetryAfter: limits.BusyRetryAfter);
            }
        }

        return null;
    }

    async Task<Refusal?> WriteAsync(IngestRequest request)
    {
        // All are queued before the first is awaited, so that one flush can cover them.
        var writes = new Task<WriteResult>[request.Batches.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = WriteAsync(request.Batches[i]);
        var failed = false;
        foreach (var write in writes)
            failed |= await write == WriteResult.Failed;
        return failed ? new Refusal(Problem.Busy, "The batch could not be written.", limits.BusyRetryAfter) : null;
    }

    async Task<WriteResult> WriteAsync(BatchContext batch)
    {
        var decoded = batch.Decoded!;
        var now = EventTime.Truncate(time.GetUtcNow(), batch.Tool.Newest.Allowed.Time);
        var received = Math.Min(decoded.Received, now);
        var kept = decoded.Kept;
        var journaled = batch.Journaled = new JournaledBatch(
            batch.Tool.Name, new StoredBatch(decoded.Id, received, decoded.Rows));
        var result = await journal.WriteAsync(journaled);
        if (result == WriteResult.Written)
            decoded.Drops.Add(EventOutcome.Deleted, kept - journaled.Sum!.Stored); // rows of deleted installations
        batch.Result = result;
        return result;
    }

    // Events that are not stored now use no bound: they were stored before, by a request whose reply was lost, or the
    // client sends them again.
    void GiveBack(IngestRequest request)
    {
        foreach (var batch in request.Batches.Where(one => one.UsesBounds && one.Result != WriteResult.Written))
            quota.GiveBack(batch.Tool, batch.Decoded!, request.Client);
    }

    // Every event that was counted as received is counted once more, by its outcome.
    void CountOutcomes(IngestRequest request, Refusal? refusal)
    {
        counters.Add(refusal?.Problem);
        foreach (var batch in request.Batches)
        {
            var events = batch.Tool.Counters;
            if (batch.Result == WriteResult.Written)
            {
                events.Store(batch.Journaled!.Sum!, batch.Decoded!.Drops, batch.Decoded.Places, time.GetUtcNow());
                histograms.Stored(request.Received, batch.Journaled.Sum!);
                _undeclared.Report(batch.Tool.Name, batch.Decoded.Drops);
            }
            else if (batch.Result == WriteResult.Duplicate)
                events.Drop(EventOutcome.Duplicate, batch.Events);
            else if (refusal?.Problem == Problem.Malformed)
                events.Drop(EventOutcome.Malformed, batch.Events); // the client never sends them again
            else
                events.Refuse(batch.Events);
        }
    }
}
