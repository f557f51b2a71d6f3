// SPDX-License-Identifier: MIT

namespace Kmpkg.Tests;

/// <summary>The paths of the sample and its parts.</summary>
static class Sample
{
    public static string Folder { get; } = Repository.PathOf("samples/kmpkg");
    public static string Built => Path.GetDirectoryName(Repository.Built("samples/kmpkg", "kmpkg"))!;
    public static string Ports => Path.Combine(Folder, "ports");
    public static string Bootstrap => Path.Combine(Folder, "bootstrap-kmpkg.sh");
    public static string Manifest => File.ReadAllText(Repository.KmpkgManifest);

    /// <summary>The ports that an <c>install</c> built or tried to build, in order.</summary>
    public static string[] PortsBuiltBy(ProcessResult install) =>
        [.. install.Lines.Where(l => l.StartsWith("building ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
}
