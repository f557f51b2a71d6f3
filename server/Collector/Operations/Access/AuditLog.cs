// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The file <c>audit.ndjson</c> of a data folder (<c>spec/control.md</c>): one line per access to raw data, publication
/// or change of access, on disk before the answer goes out. Lines are only appended, and removed by age. Safe for
/// several threads and processes: a writer holds <c>audit.lock</c>.
/// </summary>
public sealed class AuditLog(DataFolder folder, TimeProvider time)
{
    /// <summary>The caller on this machine: a user who can read the data folder.</summary>
    public const string Local = "local";

    const int MaxAttempts = 100;
    static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lock _lock = new();

    /// <summary>Adds a line; on return it is on disk. Cost: one fsync.</summary>
    /// <exception cref="IOException">The line can't be written; the caller must not answer.</exception>
    public void Write(AuditEntry entry)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
            entry.Write(json, time.GetUtcNow());
        line.Write("\n"u8);
        Locked(() =>
        {
            using var file = OwnerFile.Open(folder.Audit, FileMode.OpenOrCreate, FileShare.Read);
            file.Seek(0, SeekOrigin.End);
            file.Write(line.WrittenSpan);
            file.Flush(flushToDisk: true);
        });
    }

    /// <summary>
    /// Removes the lines of before a time. A line that can't be read stays. Cost: reads the first line; rewrites the
    /// file if that is too old.
    /// </summary>
    /// <returns>How many lines were removed.</returns>
    /// <exception cref="IOException">The file can't be written; nothing was removed.</exception>
    public int RemoveBefore(DateTimeOffset oldest)
    {
        if (!IsBefore(Lines(folder).FirstOrDefault(), oldest))
            return 0;
        var removed = 0;
        Locked(() =>
        {
            using var kept = new MemoryStream();
            foreach (var line in Lines(folder))
            {
                if (IsBefore(line, oldest))
                    removed++;
                else
                    kept.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }

            OwnerFile.Replace(folder.Audit, kept.ToArray());
        });
        return removed;
    }

    /// <summary>
    /// Replaces ids in the lines of earlier versions, which wrote queries verbatim.
    /// </summary>
    /// <exception cref="IOException">The file can't be written; it is unchanged.</exception>
    public void HashIds()
    {
        if (!File.Exists(folder.Audit))
            return;
        Locked(() =>
        {
            var lines = Lines(folder).Select(AuditEntry.HashIds).ToList();
            OwnerFile.Replace(folder.Audit, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        });
    }

    /// <summary>The lines, oldest first.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static IEnumerable<string> Lines(DataFolder folder)
    {
        if (!File.Exists(folder.Audit))
            yield break;
        using var file = new FileStream(folder.Audit, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    static bool IsBefore(string? line, DateTimeOffset oldest)
    {
        if (line is null)
            return false;
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("time").GetDateTimeOffset() < oldest;
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    void Locked(Action work)
    {
        lock (_lock)
        {
            try
            {
                using var held = TakeLock();
                work();
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException(e.Message, e);
            }
        }
    }

    FileStream TakeLock()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OwnerFile.Open(folder.AuditLock, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException e)
                when (attempt < MaxAttempts && e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                Thread.Sleep(RetryDelay); // another process is adding a line
            }
        }
    }
}

/// <summary>One line of the audit log.</summary>
/// <param name="Who">The caller: the name of a token, or <see cref="AuditLog.Local"/>.</param>
/// <param name="Role">The caller's role.</param>
/// <param name="What">The action, for example <c>query</c>.</param>
/// <param name="Outcome">The outcome.</param>
public sealed record AuditEntry(string Who, Role Role, string What, string Outcome)
{
    /// <summary>The <see cref="What"/> of a query of raw data.</summary>
    internal const string QueryAction = "query";

    /// <summary>The <see cref="What"/> of a publication: all its reads of cells are one line.</summary>
    public const string PublishAction = "publish";

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tool; null: none.</summary>
    public string? Tool { get; init; }

    /// <summary>The request; the SQL of a query with hashes for ids (<see cref="AuditText"/>).</summary>
    public string? Query { get; init; }

    /// <summary>The number of rows in the answer.</summary>
    public long? Rows { get; init; }

    /// <summary>A line with hashes for ids; a line that is not JSON as text.</summary>
    internal static string HashIds(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject members || (string?)members["what"] != QueryAction)
                return line;
            foreach (var name in new[] { "query", "outcome" })
            {
                if ((string?)members[name] is { } text)
                    members[name] = AuditText.WithoutIds(text);
            }

            return members.ToJsonString(Relaxed);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return AuditText.WithoutIds(line);
        }
    }

    internal void Write(Utf8JsonWriter json, DateTimeOffset now)
    {
        // An error message of the database quotes the query, and can quote a stored value.
        var hasIds = What == QueryAction;
        json.WriteStartObject();
        json.WriteString("time", Rfc3339.Second(now));
        json.WriteString("who", Who);
        json.WriteString("role", Token.NameOf(Role));
        json.WriteString("what", What);
        if (Tool is not null)
            json.WriteString("tool", Tool);
        if (Query is not null)
            json.WriteString("query", hasIds ? AuditText.WithoutIds(Query) : Query);
        if (Rows is { } rows)
            json.WriteNumber("rows", rows);
        json.WriteString("outcome", hasIds ? AuditText.WithoutIds(Outcome) : Outcome);
        json.WriteEndObject();
    }
}
