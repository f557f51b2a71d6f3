// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>Loads everything about the tools at start, once the store has what the journal had.</summary>
sealed class ToolsService(
    ManifestLoader loader, ToolSet tools, SettingsEndpoint settings, InstallationQuota quota, StoreThread store,
    Limits limits, ILogger log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await loader.LoadAsync();
        if (tools.All.Count == 0)
            log.NoManifest();
        settings.ReadAll();
        foreach (var tool in limits.MaxNewInstallations > 0 ? tools.All : [])
            quota.AddKnown(tool.Name, store.Readers.Read(s => s.Installations(tool.Name, tool.Tables)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
