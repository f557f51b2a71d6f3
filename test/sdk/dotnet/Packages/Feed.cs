// SPDX-License-Identifier: MIT
// A folder with the packages of this repository in it, and nothing else that a project could restore from.

using System.Reflection;

[assembly: AssemblyFixture(typeof(Tallymark.Package.Tests.Feed))]

namespace Tallymark.Package.Tests;

/// <summary>Packs once for all tests. Everything lies in one temporary folder outside the repository.</summary>
public sealed class Feed : IAsyncLifetime
{
    static readonly Dictionary<string, string> Metadata = typeof(Feed).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    readonly string _folder = Directory.CreateTempSubdirectory("tallymark-package-").FullName;

    public static string RepositoryRoot => Metadata["RepositoryRoot"];

    public static string Configuration => Metadata["Configuration"];

    public string Folder => Path.Combine(_folder, "feed");

    /// <summary>What this repository restored, as a source of packages that are not ours.</summary>
    public static string OthersPackages => Metadata["Packages"];

    /// <summary>The collector and its commands, as this repository builds them.</summary>
    public static string Tallymark => Path.Combine(RepositoryRoot, "cli/bin", Configuration, "net10.0/tallymark");

    public string PackageFile => Assert.Single(Directory.GetFiles(Folder, "Tallymark.?.*.nupkg"));

    public string Version => Path.GetFileNameWithoutExtension(PackageFile)["Tallymark.".Length..];

    /// <summary>
    /// What `dotnet` needs: a home, a cache of packages of its own, and no process that outlives the build.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HOME"] = Path.Combine(_folder, "home"),
        ["NUGET_PACKAGES"] = Path.Combine(_folder, "packages"),
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
    };

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Environment["HOME"]);
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        environment.Remove("NUGET_PACKAGES"); // the repository's own build finds its packages where it restored them
        environment["HOME"] = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        foreach (var project in new[] { "Tallymark", "Tallymark.CommandLine", "Tallymark.Testing" })
        {
            var packed = await Ended.Of(
                "dotnet", Path.Combine(RepositoryRoot, "sdk/dotnet", project), environment,
                "pack", "--no-build", "--no-restore", "-p:BuildProjectReferences=false",
                "--configuration", Configuration, "--output", Folder);
            Assert.True(packed.ExitCode == 0, packed.All);
        }
    }

    /// <summary>An empty folder for a project.</summary>
    internal NewProject NewProject(string name, bool needsOthers = false) =>
        new(this, Directory.CreateDirectory(Path.Combine(_folder, name)).FullName) { NeedsOthers = needsOthers };

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
