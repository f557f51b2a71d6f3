// SPDX-License-Identifier: MIT

[assembly: AssemblyFixture(typeof(Tallymark.Package.Tests.Feed))]

namespace Tallymark.Package.Tests;

/// <summary>
/// A folder with this repository's packages, the only source that a project restores from. Packs once for all tests,
/// into a temporary folder outside the repository.
/// </summary>
public sealed class Feed : IAsyncLifetime
{
    readonly TempFolder _folder = new("tallymark-package-");

    public string Folder => _folder["feed"];

    /// <summary>The collector and its commands, as this repository builds them.</summary>
    public static string Tallymark => Repository.Built("cli", "tallymark");

    public string PackageFile => Assert.Single(Directory.GetFiles(Folder, "Tallymark.?.*.nupkg"));

    public string Version => Path.GetFileNameWithoutExtension(PackageFile)["Tallymark.".Length..];

    /// <summary>
    /// The environment that `dotnet` needs: a home, a separate package cache, and no process that outlives the build.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HOME"] = _folder["home"],
        ["NUGET_PACKAGES"] = _folder["packages"],
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
    };

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Environment["HOME"]);
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        environment.Remove("NUGET_PACKAGES"); // this repository's own build uses the cache that it restored into
        environment["HOME"] = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        string[] projects =
        [
            "sdk/dotnet/Tallymark", "sdk/dotnet/Tallymark.AspNetCore", "sdk/dotnet/Tallymark.CommandLine",
            "sdk/dotnet/Tallymark.Testing", "cli/Tool",
        ];
        foreach (var project in projects)
        {
            var packed = await ProcessRun.Run(
                "dotnet",
                [
                    "pack", "--no-build", "--no-restore", "-p:BuildProjectReferences=false",
                    "--configuration", Repository.Configuration, "--output", Folder,
                ],
                environment, Repository.PathOf(project));
            packed.With(0);
        }
    }

    /// <summary>An empty folder for a project.</summary>
    internal NewProject NewProject(string name, bool needsOthers = false) =>
        new(this, _folder.Create(name)) { NeedsOthers = needsOthers };

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
