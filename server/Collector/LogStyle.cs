// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>The form of a line of the log.</summary>
public enum LogFormat
{
    /// <summary><c>2026-11-20T10:51:21Z 100 warning: text</c>.</summary>
    Text,

    /// <summary>One JSON object: <c>time</c>, <c>level</c>, <c>id</c>, <c>name</c>, <c>message</c>.</summary>
    Json,
}

/// <summary>How messages become lines. Immutable.</summary>
/// <param name="Lines">The form.</param>
/// <param name="HasPriority">
/// Whether each line begins with its priority, such as <c>&lt;4&gt;</c>, for the journal of systemd (sd-daemon(3)).
/// </param>
public sealed record LogStyle(LogFormat Lines = LogFormat.Text, bool HasPriority = false)
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// True if the journal of systemd reads standard error of this process: <c>JOURNAL_STREAM</c> names the device and
    /// the inode of the stream that it reads. A child with a redirected stream inherits the variable as well.
    /// </summary>
    public static bool IsJournal()
    {
        const string StandardError = "/proc/self/fd/2";
        var stream = Environment.GetEnvironmentVariable("JOURNAL_STREAM");
        if (stream?.Split(':') is not [_, var inode])
            return false;
        try
        {
            return new FileInfo(StandardError).LinkTarget == $"socket:[{inode}]";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The line of a warning of the store, which has no other way to the log: message 204.</summary>
    public string StoreWarning(DateTimeOffset now, string text) =>
        Format(now, LogLevel.Warning, new EventId(204, nameof(StoreWarning)), text);

    /// <summary>The lines of a message, without the final line end.</summary>
    internal string Format(DateTimeOffset now, LogLevel level, EventId id, string text)
    {
        var lines = Lines == LogFormat.Json ? JsonOf(now, level, id, text) : TextOf(now, level, id, text);
        // The journal takes each line for a message of its own.
        return HasPriority ? Priority(level) + lines.Replace("\n", "\n" + Priority(level), StringComparison.Ordinal)
            : lines;
    }

    static string TextOf(DateTimeOffset now, LogLevel level, EventId id, string text)
    {
        var prefix = level >= LogLevel.Warning ? NameOf(level) + ": " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Rfc3339.Second(now)} {id.Id} {prefix}{text}");
    }

    static string JsonOf(DateTimeOffset now, LogLevel level, EventId id, string text)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", Rfc3339.Second(now));
            json.WriteString("level", NameOf(level));
            json.WriteNumber("id", id.Id);
            if (id.Name is not null)
                json.WriteString("name", id.Name);
            json.WriteString("message", text);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    static string NameOf(LogLevel level) => level.ToString().ToLowerInvariant();

    // syslog(3).
    static string Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };
}
