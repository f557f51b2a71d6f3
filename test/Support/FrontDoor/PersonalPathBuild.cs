// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>
/// Builds kmpkg from its sources in a folder whose path contains personal names, without mapping its paths.
/// </summary>
static class PersonalPathBuild
{
    /// <summary>
    /// Creates the folder and builds into it; returns the tool's path. Its manifest is in <c>manifest/</c>.
    /// </summary>
    /// <param name="folder">The folder with the personal names.</param>
    /// <param name="withStack">False: the manifest does not ask for the stack of a crash.</param>
    public static async Task<string> Make(string folder, bool withStack = true)
    {
        var sample = Path.GetDirectoryName(Product.ManifestFile)!;
        foreach (var file in Directory.EnumerateFiles(sample, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(sample, file);
            if (name.StartsWith("obj", StringComparison.Ordinal) || name.StartsWith("bin", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.Copy(file, Path.Combine(folder, name));
        }

        var manifest = await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken);
        if (!withStack)
            manifest = WithoutStack(manifest);
        Directory.CreateDirectory(Path.Combine(folder, "manifest"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "manifest/telemetry.yaml"), manifest, TestContext.Current.CancellationToken);
        var project = Path.Combine(folder, "kmpkg.csproj");
        await File.WriteAllTextAsync(project, Project(), TestContext.Current.CancellationToken);

        // The build needs the packages of the real home.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        };
        var to = Path.Combine(folder, "built");
        var ended = await Product.Run(
            "dotnet", [
                "build", project, "-c", "Release", "--nologo", "-v", "quiet", "-o", to, "-nodeReuse:false",
                $"-p:DirectoryPackagesPropsPath={Product.Root}Directory.Packages.props",
            ],
            environment, TestContext.Current.CancellationToken, folder);
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        return Path.Combine(to, "kmpkg");
    }

    // The group `crash` has only this field.
    static string WithoutStack(string manifest)
    {
        var group = manifest.IndexOf("  crash:\n    stack:\n", StringComparison.Ordinal);
        var events = manifest.IndexOf("\nevents:\n", StringComparison.Ordinal);
        Assert.True(group > 0 && group < events);
        return (manifest[..group] + manifest[events..])
            .Replace("    groups: [crash]\n", "", StringComparison.Ordinal)
            .Replace("[invocation, crash]", "[invocation]", StringComparison.Ordinal);
    }

    // References the SDK and the generator that are already built. The build does not map its paths to neutral ones.
    static string Project()
    {
        var generator = $"{Product.Root}sdk/dotnet/Tallymark.Generator/bin/{Product.Configuration}/netstandard2.0/";
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <LangVersion>14</LangVersion>
                <Nullable>enable</Nullable>
                <AssemblyName>kmpkg</AssemblyName>
                <RootNamespace>Kmpkg</RootNamespace>
                <Version>1.4.2</Version>
                <InvariantGlobalization>true</InvariantGlobalization>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <Import Project="{Product.Root}sdk/dotnet/Tallymark/build/net10.0/Tallymark.props" />
              <ItemGroup>
                <PackageReference Include="System.CommandLine" />
                <TallymarkManifest Include="manifest/telemetry.yaml" />
                <Reference Include="{Product.Root}sdk/dotnet/Tallymark/bin/{Product.Configuration}/net10.0/Tallymark.dll" />
                <Analyzer Include="{generator}Tallymark.Generator.dll;{generator}Tallymark.Manifest.dll;{generator}YamlDotNet.dll" />
              </ItemGroup>
              <Import Project="{Product.Root}sdk/dotnet/Tallymark/build/net10.0/Tallymark.targets" />
            </Project>
            """;
    }
}
