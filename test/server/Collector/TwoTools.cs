// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

/// <summary>Two tools, <see cref="Some.Tool"/> and another that must not notice what happens to it.</summary>
static class TwoTools
{
    public const string Other = "other";

    /// <summary>A new folder with the manifests of both.</summary>
    public static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/other.yaml", Some.ManifestOf(Other));
        return folder;
    }

    /// <summary>Sends a batch of one event without waiting for the store; the status.</summary>
    public static async Task<int> SendAsync(InProcessCollector collector, string tool)
    {
        using var content = new ByteArrayContent(Some.Batch([Some.Line(tool: tool)], tool: tool));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await collector.Http.PostAsync(
            new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
