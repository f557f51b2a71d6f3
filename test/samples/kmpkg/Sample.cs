// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Kmpkg.Tests;

/// <summary>The paths of the sample and its parts.</summary>
static class Sample
{
    static readonly Dictionary<string, string> Metadata = typeof(Sample).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
            .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    public static string Folder { get; } = Path.Combine(Metadata["RepositoryRoot"], "samples/kmpkg");
    public static string Built => Path.Combine(Folder, "bin", Metadata["Configuration"], "net10.0");
    public static string Ports => Path.Combine(Folder, "ports");
    public static string Bootstrap => Path.Combine(Folder, "bootstrap-kmpkg.sh");
    public static string Manifest => File.ReadAllText(Path.Combine(Folder, "telemetry.yaml"));

    /// <summary>The ports that an <c>install</c> built or tried to build, in order.</summary>
    public static string[] PortsBuiltBy(ProcessResult install) =>
        [.. install.Lines.Where(l => l.StartsWith("building ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
}
