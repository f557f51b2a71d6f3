// SPDX-License-Identifier: MIT
// Who did what with the data: a line each, on disk before the answer goes out (spec/control.md).

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The file <c>audit.ndjson</c> of a data folder. Lines are added and never changed. Safe for any thread and any
/// process: who writes has the file alone.
/// </summary>
public sealed class AuditLog(DataFolder folder, TimeProvider time)
{
    /// <summary>Who acts on this machine itself: the one who can read the data folder.</summary>
    public const string Local = "local";

    const int Attempts = 100;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lock _lock = new();

    /// <summary>Adds a line; on return it is on disk.</summary>
    /// <exception cref="IOException">It can't be: then nothing may be answered.</exception>
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
        using var reader = new StreamReader(new FileStream(folder.Audit, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    FileStream Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return DataFolder.OpenFile(folder.Audit, FileMode.OpenOrCreate);
            }
            catch (IOException e) when (attempt < Attempts && e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                Thread.Sleep(Pause); // another process adds its line
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException(e.Message, e);
            }
        }
    }
}

/// <summary>One line of the audit log.</summary>
/// <param name="Who">The token's name, or <see cref="AuditLog.Local"/>.</param>
/// <param name="Role">In which role.</param>
/// <param name="What">What was done, <c>query</c> say.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record AuditEntry(string Who, Role Role, string What, string Outcome)
{
    /// <summary>Of which tool's data; null: of none.</summary>
    public string? Tool { get; init; }

    /// <summary>What exactly was asked, word for word.</summary>
    public string? Query { get; init; }

    /// <summary>How many rows were answered.</summary>
    public long? Rows { get; init; }

    internal void Write(Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("time", Times.Second(now));
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
