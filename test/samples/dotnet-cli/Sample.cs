// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Dn.Tests;

/// <summary>The paths of the sample and its parts.</summary>
static class Sample
{
    static readonly Dictionary<string, string> Metadata = typeof(Sample).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
            .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    public static string Folder { get; } = Path.Combine(Metadata["RepositoryRoot"], "samples/dotnet-cli");
    public static string Tool => Path.Combine(Folder, "bin", Metadata["Configuration"], "net10.0/dn");
    public static string Manifest => File.ReadAllText(Path.Combine(Folder, "telemetry.yaml"));
}
