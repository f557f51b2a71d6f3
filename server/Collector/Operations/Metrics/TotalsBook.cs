// SPDX-License-Identifier: MIT
// Keeps the totals of all tools over restarts, and holds them against what the store really has (spec/control.md).

using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The files <c>tools/TOOL/totals.json</c>. They are written every few seconds while events come, and at stop; what was
/// committed between the last note and a kill is found again by counting the store. Safe for any thread.
/// </summary>
sealed class TotalsBook(DataFolder data, StoreThread store, TimeProvider time, ILogger log)
{
    readonly Dictionary<string, Page> _pages = new(StringComparer.Ordinal);
    readonly Lock _writing = new();

    /// <summary>The counters of a tool as they were noted, corrected by the rows that the store has.</summary>
    /// <exception cref="StoreException">The store can't count.</exception>
    public async Task<ToolCounters> OpenAsync(string tool)
    {
        var noted = Read(tool);
        await store.RemovedAsync(tool); // from here on what leaves the store is counted
        var rows = await store.AskAsync(tool, s => s.Count(tool).Values.Sum());
        var note = noted ?? TotalsNote.None;
        if (note.Removing && rows < note.Rows)
        {
            // It ended while rows were being removed: how many is what is missing now.
            log.RemovedUnnoted(note.Rows - rows, tool);
            note = note with { Removed = note.Removed + note.Rows - rows };
        }

        var counters = new ToolCounters(note, rows);
        if (noted is null && rows > 0)
            log.TotalsBegun(tool, rows);
        else if (counters.Found > 0)
            log.TotalsBehind(counters.Found, tool);
        if (counters.Missing > 0)
            log.RowsMissing(counters.Missing, tool, data.Totals(tool));
        lock (_pages)
            _pages[tool] = new Page(tool, counters);
        return counters;
    }

    /// <summary>Writes what has changed. A failure is in the log; the next time tries again.</summary>
    public void Write()
    {
        Page[] pages;
        lock (_pages)
            pages = [.. _pages.Values];
        foreach (var page in pages)
        {
            if (!page.Counters.Note().Same(page.Noted))
                Write(page);
        }
    }

    /// <summary>
    /// Rows left the store: notes that, always and at once, also where there were none. The time it takes must not tell.
    /// </summary>
    public void Remove(string tool, long rows)
    {
        Page page;
        lock (_pages)
            page = _pages[tool];
        page.Counters.Remove(rows);
        Write(page);
    }

    /// <summary>Notes, before it is begun and after it, that rows are being removed: after a kill in between, rows that are missing are no loss.</summary>
    public void Removing(string tool, bool removing)
    {
        Page page;
        lock (_pages)
            page = _pages[tool];
        page.Removing = removing;
        Write(page);
    }

    void Write(Page page)
    {
        lock (_writing)
        {
            var note = page.Counters.Note() with { Removing = page.Removing };
            try
            {
                DataFolder.Write(data.Totals(page.Tool), Text(note));
                page.Noted = note;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.TotalsNotWritten(page.Tool, e.Message);
            }
        }
    }

    ReadOnlySpan<byte> Text(TotalsNote note)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("tallymark", 1);
            json.WriteString("noted", Times.Second(time.GetUtcNow()));
            json.WriteNumber("received", note.Received);
            json.WriteNumber("stored", note.Stored);
            json.WriteNumber("development", note.Development);
            json.WriteNumber("removed", note.Removed);
            json.WriteBoolean("removing", note.Removing);
            json.WriteStartObject("dropped");
            foreach (var (reason, name) in Drops.Reasons)
                json.WriteNumber(name, note.Dropped[reason]);
            json.WriteEndObject();
            json.WriteNumber("refused", note.Refused);
            json.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan;
    }

    // Null: there is none, or none that can be used, which the log says.
    TotalsNote? Read(string tool) => ReadFile(data.Totals(tool), reason => log.TotalsDamaged(tool, reason));

    /// <summary>The totals in a file; null if it is not there, or is damaged, as <paramref name="damaged"/> hears.</summary>
    internal static TotalsNote? ReadFile(string path, Action<string> damaged)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var dropped = new Drops();
            foreach (var (reason, name) in Drops.Reasons)
                dropped.Add(reason, root.GetProperty("dropped").TryGetProperty(name, out var count) ? count.GetInt64() : 0);
            var note = new TotalsNote(
                Number("received"), Number("stored"), dropped, Number("refused"), Number("development"), Number("removed"))
            {
                Removing = root.TryGetProperty("removing", out var removing) && removing.GetBoolean(),
            };
            if (note.Received == note.Stored + dropped.Total + note.Refused)
                return note;
            damaged("its numbers do not add up");
            return null;

            long Number(string name) => root.GetProperty(name).GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            damaged(e.Message);
            return null;
        }
    }

    sealed class Page(string tool, ToolCounters counters)
    {
        public string Tool => tool;

        public ToolCounters Counters => counters;

        public bool Removing { get; set; }

        /// <summary>What the file says, as far as it was written since the start.</summary>
        public TotalsNote Noted { get; set; } = TotalsNote.None;
    }
}

/// <summary>Totals as they are noted, when nothing is pending.</summary>
/// <param name="Received">Events that came, the sum of what became of them.</param>
/// <param name="Stored">Of them those on disk.</param>
/// <param name="Dropped">Those dropped, by reason.</param>
/// <param name="Refused">Those refused.</param>
/// <param name="Development">Of the stored ones those of the tool's own makers, which the store does not count.</param>
/// <param name="Removed">Rows that were stored and are gone since, by a deletion or at the end of the retention.</param>
sealed record TotalsNote(long Received, long Stored, Drops Dropped, long Refused, long Development, long Removed)
{
    public static TotalsNote None { get; } = new(0, 0, new Drops(), 0, 0, 0);

    /// <summary>Rows were being removed when it was written.</summary>
    public bool Removing { get; init; }

    /// <summary>How many rows the store has if nothing is wrong.</summary>
    public long Rows => Stored - Development - Removed;

    // What is received is the sum of the others.
    public bool Same(TotalsNote other) =>
        (Received, Stored, Refused, Development, Removed) == (other.Received, other.Stored, other.Refused, other.Development, other.Removed);
}
