// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Tallymark.Support;

/// <summary>Finds files of this repository and the programs that it built for this test run.</summary>
static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>Release or Debug.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The folder of the packages that this repository restored.</summary>
    public static string Packages { get; } = Metadata("Packages");

    /// <summary>The manifest of the sample <c>kmpkg</c>.</summary>
    public static string KmpkgManifest => PathOf("samples/kmpkg/telemetry.yaml");

    /// <summary>The absolute path of a file or folder.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The text of a file.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>An executable of a built project.</summary>
    public static string Built(string project, string program) =>
        PathOf(project, "bin", Configuration, "net10.0", program);

    static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == key).Value!;
}
