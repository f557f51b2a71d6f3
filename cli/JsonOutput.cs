// SPDX-License-Identifier: MIT
// What `--json` prints: one object, one line.

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark.Cli;

static class JsonOutput
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object to standard output.</summary>
    public static void Write(Action<Utf8JsonWriter> members)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
