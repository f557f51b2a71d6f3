// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Http;

/// <summary>The OpenAPI description of the public address: <c>spec/openapi.json</c> of this build.</summary>
static class OpenApiDocument
{
    public static string Text { get; } = Read();

    static string Read()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
