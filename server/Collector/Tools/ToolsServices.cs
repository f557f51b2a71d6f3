// SPDX-License-Identifier: MIT

using Microsoft.Extensions.DependencyInjection;

namespace Tallymark.Collector.Tools;

static class ToolsServices
{
    /// <summary>Adds the tools, their manifests and their settings.</summary>
    public static IServiceCollection AddCollectorTools(this IServiceCollection services) => services
        .AddSingleton<ToolSet>()
        .AddSingleton<ManifestLoader>()
        .AddSingleton<IdleTools>()
        .AddSingleton<SettingsEndpoint>();
}
