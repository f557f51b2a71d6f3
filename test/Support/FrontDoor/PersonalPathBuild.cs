// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>
/// Builds kmpkg from its sources in a folder whose path contains personal names, with a manifest that asks for the
/// stack of a crash.
/// </summary>
static class PersonalPathBuild
{
    const string Stack = """
        groups:
          invocation:
            stack:
              type: stack
              why: To find what crashes.
              example: ["Kmpkg.Program.Main:12"]
              published: false
        """;

    /// <summary>
    /// Creates the folder and builds into it; returns the tool's path. Its manifest is in <c>manifest/</c>.
    /// </summary>
    public static async Task<string> Make(string folder)
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
        Assert.Contains("groups:\n  invocation:\n", manifest, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder, "manifest"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "manifest/telemetry.yaml"),
            manifest.Replace("groups:\n  invocation:\n", Stack + "\n", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
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
              <Import Project="{Product.Root}sdk/dotnet/Tallymark/build/Tallymark.props" />
              <ItemGroup>
                <PackageReference Include="System.CommandLine" />
                <TallymarkManifest Include="manifest/telemetry.yaml" />
                <Reference Include="{Product.Root}sdk/dotnet/Tallymark/bin/{Product.Configuration}/net10.0/Tallymark.dll" />
                <Analyzer Include="{generator}Tallymark.Generator.dll;{generator}Tallymark.Manifest.dll;{generator}YamlDotNet.dll" />
              </ItemGroup>
              <Import Project="{Product.Root}sdk/dotnet/Tallymark/build/Tallymark.targets" />
            </Project>
            """;
    }
}
