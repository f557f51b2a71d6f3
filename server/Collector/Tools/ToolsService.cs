// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>Loads everything about the tools at start, once the store has what the journal had.</summary>
sealed class ToolsService(
    ManifestLoader loader, ToolSet tools, SettingsEndpoint settings, ClockWitness clock, ILogger log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        clock.Note();
        await loader.LoadAsync();
        if (tools.All.Count == 0)
            log.NoManifest();
        settings.ReadAll();
        // The start reads each manifest and table once: 60 MB with 1,000 tools that nothing needs any more.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
