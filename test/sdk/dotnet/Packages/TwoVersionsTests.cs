// SPDX-License-Identifier: MIT
using System.IO.Compression;

namespace Tallymark.Package.Tests;

/// <summary>
/// A library compiled with this SDK in a tool with a later one, as NuGet combines them: two real builds of the SDK.
/// </summary>
public sealed class TwoVersionsTests(Feed feed)
{
    const string Start = "public static TelemetryClient Start(ToolDefinition tool, string[] args)";

    // The library measures its own event; the tool has no telemetry.
    const string Library = """
        public static class Inner
        {
            public static int Run(string[] args)
            {
                if (args is ["telemetry", .. var rest])
                    return inner.GreetTelemetry.Command(rest);
                using var telemetry = inner.GreetTelemetry.Start(args);
                return telemetry.Hello(run =>
                {
                    run.Names = args.Length;
                    run.Language = inner.GreetTelemetry.HelloLanguage.French;
                    System.Console.WriteLine("Bonjour");
                    return 7;
                });
            }
        }
        """;

    [Fact]
    public async Task A_later_SDK_with_all_members_records_and_one_without_a_member_records_nothing_and_never_throws()
    {
        var project = feed.NewProject("two-versions");
        const string publicTypes = "<PropertyGroup><TallymarkVisibility>public</TallymarkVisibility></PropertyGroup>";
        project.With("inner/telemetry.yaml", Some.Manifest)
            .With("inner/inner.csproj", project.ProjectFile(publicTypes, "Library"))
            .With("inner/Class.cs", Library)
            .With("outer/Program.cs", "return Inner.Run(args);")
            .With("outer/greet.csproj", NewProject.OverInner);
        (await project.Build("outer/greet.csproj")).With(0);
        Assert.Equal(0, (await project.Run("telemetry", "notice")).ExitCode);

        await UseSdk(project, "0.3.0", Start, Start);
        Assert.Equal(new ProcessResult(7, "Bonjour\n", ""), await project.Run("Ann"));
        Assert.Single(project.Recorded());

        project.DeleteRecorded();
        await UseSdk(project, "0.4.0", Start, Start[..^1] + ", bool quietly = false)");
        Assert.Equal(new ProcessResult(7, "Bonjour\n", ""), await project.Run("Ann"));
        Assert.Empty(project.Recorded());
        Assert.Equal(0, (await project.Run("telemetry", "why")).ExitCode);
    }

    [Fact]
    public async Task Packing_a_release_without_a_member_of_the_one_before_fails()
    {
        var project = feed.NewProject("validated");
        var sdk = Sdk(project, "0.4.0", Start, Start[..^1] + ", bool quietly = false)");
        var packed = await ProcessRun.Run(
            "dotnet",
            [
                "pack", sdk, "--source", feed.Folder, "-p:EnablePackageValidation=true",
                "-p:PackageValidationBaselinePath=" + feed.PackageFile, "-p:UseSharedCompilation=false",
            ],
            feed.Environment, project.Folder);
        Assert.Equal(1, packed.ExitCode);
        Assert.Contains("CP0002", packed.All);
        Assert.Contains("TelemetryClient.Start(", packed.All);
    }

    [Fact]
    public void Within_a_major_version_all_assemblies_have_one_version()
    {
        using var package = ZipFile.OpenRead(feed.PackageFile);
        foreach (var entry in package.Entries.Where(e => e.Name == "Tallymark.dll"))
        {
            var copy = Path.Combine(feed.Folder, "..", entry.FullName.Replace('/', '-'));
            entry.ExtractToFile(copy, overwrite: true);
            var version = System.Reflection.AssemblyName.GetAssemblyName(copy).Version!;
            Assert.Equal(new Version(int.Parse(feed.Version.Split('.')[0], null), 0, 0, 0), version);
        }
    }

    async Task UseSdk(NewProject project, string version, string from, string to)
    {
        var sdk = Sdk(project, version, from, to);
        var built = await project.Build(sdk, "--output", Path.Combine(project.Folder, "sdk-" + version));
        built.With(0);

        // The output also has the copy that is precompiled for this platform.
        var copies = Directory.GetFiles(
            Path.Combine(project.Folder, "bin/Debug/net10.0"), "Tallymark.dll", SearchOption.AllDirectories);
        Assert.NotEmpty(copies);
        foreach (var copy in copies)
            File.Copy(Path.Combine(project.Folder, "sdk-" + version, "Tallymark.dll"), copy, overwrite: true);
    }

    // The SDK's own sources with one change, as a project that needs nothing of this repository.
    static string Sdk(NewProject project, string version, string from, string to)
    {
        var folder = Path.Combine("source-" + version);
        var sdk = Repository.PathOf("sdk/dotnet/Tallymark");
        var files = Directory.EnumerateFiles(sdk, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(sdk, file).StartsWith("obj", StringComparison.Ordinal))
            .Concat(((string[])["Field", "Format", "Text"])
                .Select(name => Repository.PathOf($"manifest/Scopes/Scope{name}.cs")));
        foreach (var file in files)
        {
            project.With(
                Path.Combine(folder, Path.GetRelativePath(Repository.Root, file)),
                File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal));
        }

        project.With(Path.Combine(folder, "Version.cs"),
            $"namespace Tallymark; partial class TelemetryClient {{ const string Version = \"{version}\"; }}");
        var name = Path.Combine(folder, "Tallymark.csproj");
        project.With(name, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Version>{version}</Version>
                <AssemblyVersion>0.0.0.0</AssemblyVersion>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
              </PropertyGroup>
            </Project>
            """);
        return name;
    }
}
