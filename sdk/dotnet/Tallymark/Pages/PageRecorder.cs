// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Pages;

/// <summary>Records the interactions of one request and counts what became of each. Not thread-safe.</summary>
sealed class PageRecorder(TelemetryClient client, PageDefinition page, RecentIds known, PageBudget budget)
{
    /// <summary>A record whose time differs by more from the server's clock is dropped.</summary>
    static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    int _generation;

    /// <summary>Recorded now.</summary>
    internal int Taken { get; private set; }

    /// <summary>Recorded by an earlier request, whose answer did not reach the page.</summary>
    internal int Known { get; private set; }

    /// <summary>Not in the manifest, malformed, or too far from the server's time.</summary>
    internal int Dropped { get; private set; }

    /// <summary>
    /// Records each element of the list. <see cref="PageAccess.On"/>: every element was dealt with; otherwise recording
    /// ended before the last one, because the access changed to the returned one, a record could not be written, or the
    /// budget is spent.
    /// </summary>
    /// <exception cref="JsonException">The list is not JSON.</exception>
    internal PageAccess Record(ReadOnlySpan<byte> list)
    {
        var reader = new Utf8JsonReader(list, PageBody.ReaderOptions);
        var record = new PageRecord(page);
        BeginGeneration(record);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!record.TryRead(ref reader) || (record.Began - client.SdkEnvironment.Now).Duration() > MaxAge)
                Dropped++;
            else if (Take(record) is not PageAccess.On and var access)
                return access;
        }

        return PageAccess.On;
    }

    // The client refuses an event if telemetry is off now, and also if another agreement or installation began a moment
    // ago: then the record belongs to that one.
    PageAccess Take(PageRecord record)
    {
        if (TryTake(record) is { } taken)
            return taken;
        var access = client.AskPage();
        if (access != PageAccess.On)
            return access;
        BeginGeneration(record);
        return TryTake(record) ?? PageAccess.NotSeen;
    }

    // The program sets the common fields again: a digest is of one installation.
    void BeginGeneration(PageRecord record)
    {
        _generation = client.Generation;
        record.Common = Common();
    }

    // Null if the client refuses the record.
    PageAccess? TryTake(PageRecord record)
    {
        lock (known.Sync)
        {
            if (!known.TryAdd(record.Id))
            {
                Known++;
                return PageAccess.On;
            }

            if (budget.IsSpent)
            {
                known.Forget(record.Id);
                return PageAccess.Spent;
            }

            var passed = client.Record(record, _generation, page.Recorder, out var failed);
            if (passed && !failed)
            {
                budget.Add();
                Taken++;
                return PageAccess.On;
            }

            known.Forget(record.Id);
            return passed ? PageAccess.Unavailable : null;
        }
    }

    EventValues? Common()
    {
        try
        {
            return page.Common?.Invoke().CurrentValues;
        }
        catch (Exception e)
        {
            SelfLog.Report("The common fields of a page's events could not be set.", e);
            return null;
        }
    }
}
