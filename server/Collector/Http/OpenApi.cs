// SPDX-License-Identifier: MIT
// The description of the public address for programs: spec/openapi.json, as it came with this build.

namespace Tallymark.Collector.Http;

static class OpenApi
{
    public static string Text { get; } = Read();

    static string Read()
    {
        using var reader = new StreamReader(typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!);
        return reader.ReadToEnd();
    }
}
