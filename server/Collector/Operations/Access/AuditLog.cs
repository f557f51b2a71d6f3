// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The file <c>audit.ndjson</c> of a data folder (<c>spec/control.md</c>): one line per access to raw data or change of
/// access, on disk before the answer goes out. The log only grows. Safe for several threads and processes: a writer
/// opens the file exclusively.
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
        lock (_lock)
        {
            using var file = Open();
            file.Seek(0, SeekOrigin.End);
            file.Write(line.WrittenSpan);
            file.Flush(flushToDisk: true);
        }
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

    FileStream Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OwnerFile.Open(folder.Audit, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException e)
                when (attempt < MaxAttempts && e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                Thread.Sleep(RetryDelay); // another process is adding a line
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException(e.Message, e);
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
    /// <summary>The tool; null: none.</summary>
    public string? Tool { get; init; }

    /// <summary>The request, verbatim.</summary>
    public string? Query { get; init; }

    /// <summary>The number of rows in the answer.</summary>
    public long? Rows { get; init; }

    internal void Write(Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("time", Rfc3339.Second(now));
        json.WriteString("who", Who);
        json.WriteString("role", Token.NameOf(Role));
        json.WriteString("what", What);
        if (Tool is not null)
            json.WriteString("tool", Tool);
        if (Query is not null)
            json.WriteString("query", Query);
        if (Rows is { } rows)
            json.WriteNumber("rows", rows);
        json.WriteString("outcome", Outcome);
        json.WriteEndObject();
    }
}
