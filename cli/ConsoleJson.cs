// SPDX-License-Identifier: MIT

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Cli;

/// <summary>The output of <c>--json</c>: one object on one line.</summary>
static class ConsoleJson
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object to standard output.</summary>
    public static void WriteObject(Action<Utf8JsonWriter> writeMembers)
    {
        using var output = StandardStreams.OpenOutput();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
