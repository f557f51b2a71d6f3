// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Store;

/// <summary>The format of a raw query's answer.</summary>
public enum RawAnswerFormat
{
    /// <summary>
    /// Tab-separated values with a header line. Tab, line feed, carriage return and backslash are written <c>\t</c>,
    /// <c>\n</c>, <c>\r</c> and <c>\\</c>; null is <c>\N</c>.
    /// </summary>
    Tsv,

    /// <summary>One JSON object: <c>columns</c>, <c>rows</c> (arrays of strings and nulls), <c>truncated</c>.</summary>
    Json,
}

/// <summary>
/// Writes an answer, in the same format for every engine. Call the members in their order. One thread at a time.
/// </summary>
public abstract class RawAnswerWriter : IDisposable
{
    /// <summary>Number of rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Makes a writer for a format. The stream stays the caller's.</summary>
    public static RawAnswerWriter Create(RawAnswerFormat format, Stream output) =>
        format is RawAnswerFormat.Json ? new JsonAnswer(output) : new TsvAnswer(output);

    /// <summary>Writes the names of the columns. Call once, first.</summary>
    public abstract void WriteColumns(IReadOnlyList<string> names);

    /// <summary>Writes one row.</summary>
    public void WriteRow(IReadOnlyList<string?> values)
    {
        Rows++;
        Write(values);
    }

    /// <summary>Ends the answer and flushes it.</summary>
    public abstract void Complete(bool isTruncated);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Writes one row.</summary>
    protected abstract void Write(IReadOnlyList<string?> values);

    sealed class TsvAnswer(Stream output) : RawAnswerWriter
    {
        readonly StreamWriter _lines =
            new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };

        public override void WriteColumns(IReadOnlyList<string> names) =>
            _lines.WriteLine(string.Join('\t', names.Select(Escape)));

        public override void Complete(bool isTruncated) => _lines.Flush();

        public override void Dispose() => _lines.Dispose();

        protected override void Write(IReadOnlyList<string?> values) =>
            _lines.WriteLine(string.Join('\t', values.Select(value => value is null ? "\\N" : Escape(value))));

        static string Escape(string value) => value
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
    }

    sealed class JsonAnswer(Stream output) : RawAnswerWriter
    {
        readonly Utf8JsonWriter _json =
            new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        public override void WriteColumns(IReadOnlyList<string> names)
        {
            _json.WriteStartObject();
            _json.WriteStartArray("columns");
            foreach (var name in names)
                _json.WriteStringValue(name);
            _json.WriteEndArray();
            _json.WriteStartArray("rows");
        }

        public override void Complete(bool isTruncated)
        {
            _json.WriteEndArray();
            _json.WriteBoolean("truncated", isTruncated);
            _json.WriteEndObject();
            _json.Flush();
            output.Write("\n"u8);
        }

        public override void Dispose() => _json.Dispose();

        protected override void Write(IReadOnlyList<string?> values)
        {
            _json.WriteStartArray();
            foreach (var value in values)
                _json.WriteStringValue(value);
            _json.WriteEndArray();
        }
    }
}
