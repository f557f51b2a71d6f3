// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Tallymark.Package.Tests;

/// <summary>A project that can't use the package gets one message, which names the cure.</summary>
public sealed partial class AdviceTests(Feed feed)
{
    [Theory]
    [InlineData("net8.0")]
    [InlineData("net9.0")]
    [InlineData("netstandard2.0")]
    public async Task A_project_of_another_framework_gets_one_error(string framework)
    {
        var project = feed.NewProject("framework-" + framework).With("telemetry.yaml", Some.Manifest)
            .With("Program.cs", Some.Program).With("greet.csproj", Project(framework));
        var built = await project.Build();
        Assert.Equal(1, built.ExitCode);
        var (severity, id, text) = Assert.Single(Messages(built));
        Assert.Equal(("error", "TALLY1004"), (severity, id));
        Assert.Contains($"but this project targets {framework}. Set TargetFramework to net10.0.", text);
    }

    [Fact]
    public async Task A_project_of_another_framework_that_references_the_package_through_a_package_gets_one_error()
    {
        // A package may name any framework in its dependencies; this one names none, so net8.0 gets them too.
        var project = feed.NewProject("framework-transitive")
            .With("middle/middle.nuspec", $"""
                <package>
                  <metadata>
                    <id>middle</id><version>1.0.0</version><authors>a</authors><description>b</description>
                    <dependencies><group><dependency id="Tallymark" version="{feed.Version}" /></group></dependencies>
                  </metadata>
                  <files><file src="readme.txt" target="build/readme.txt" /></files>
                </package>
                """)
            .With("middle/readme.txt", "")
            .With("middle/middle.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <NuspecFile>middle.nuspec</NuspecFile>
                    <PackageOutputPath>../packages</PackageOutputPath>
                  </PropertyGroup>
                </Project>
                """)
            .With("outer/greet.csproj", Project("net8.0")
                .Replace("\"Tallymark\"", "\"middle\"", StringComparison.Ordinal)
                .Replace(feed.Version, "1.0.0", StringComparison.Ordinal));
        (await ProcessRun.Run("dotnet", ["pack", "middle"], feed.Environment, project.Folder)).With(0);
        var built = await project.Build(
            "outer/greet.csproj", "--source", Path.Combine(project.Folder, "packages"));
        var (severity, id, _) = Assert.Single(Messages(built));
        Assert.Equal(("error", "TALLY1004"), (severity, id));
    }

    [Theory]
    [InlineData("", "TALLY1006", "has no telemetry.yaml")]
    [InlineData("telemetry.yml", "TALLY1007", "does not read telemetry.yml")]
    [InlineData("Telemetry.yaml", "TALLY1007", "does not read Telemetry.yaml")]
    public async Task A_project_without_a_manifest_gets_one_warning(string file, string expected, string words)
    {
        var project = feed.NewProject("manifest-" + expected + file).With("Class.cs", "class C { }")
            .With("greet.csproj", Project("net10.0"));
        if (file.Length > 0)
            project.With(file, Some.Manifest);
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);
        var (severity, id, text) = Assert.Single(Messages(built));
        Assert.Equal(("warning", expected), (severity, id));
        Assert.Contains(words, text);
    }

    [Theory]
    [InlineData("fsproj", "fs", "namespace Greet\ntype C() = class end", "F#")]
    [InlineData("vbproj", "vb", "Class C\nEnd Class", "Visual Basic")]
    public async Task A_project_in_another_language_gets_one_warning_with_or_without_a_manifest(
        string project, string source, string code, string language)
    {
        foreach (var manifest in (bool[])[true, false])
        {
            var folder = feed.NewProject($"language-{source}-{manifest}").With("C." + source, code)
                .With("greet." + project, Project("net10.0", $"""<Compile Include="C.{source}" />"""));
            if (manifest)
                folder.With("telemetry.yaml", Some.Manifest);
            var built = await folder.Build("greet." + project);
            Assert.True(built.ExitCode == 0, built.All);
            var (severity, id, text) = Assert.Single(Messages(built));
            Assert.Equal(("warning", "TALLY1005"), (severity, id));
            Assert.Contains($"this is a project in {language}.", text);
        }
    }

    [Fact]
    public async Task A_manifest_that_the_project_names_but_that_does_not_exist_is_one_error()
    {
        var project = feed.NewProject("absent").With("Class.cs", "class C { }")
            .With("greet.csproj", Project("net10.0", """<TallymarkManifest Include="docs/usage.yaml" />"""));
        var built = await project.Build();
        Assert.Equal(1, built.ExitCode);
        var (severity, id, text) = Assert.Single(Messages(built));
        Assert.Equal(("error", "TALLY1008"), (severity, id));
        Assert.Contains("docs/usage.yaml does not exist", text);
    }

    // A library without the framework's reference assemblies: those of earlier frameworks are not in the feed, and
    // the error comes before the compiler would miss them.
    string Project(string framework, string items = """<Compile Include="*.cs" />""") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>{framework}</TargetFramework>
            <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
            <DisableImplicitFrameworkReferences>{framework != "net10.0"}</DisableImplicitFrameworkReferences>
          </PropertyGroup>
          <ItemGroup>
            {items}
            <PackageReference Include="Tallymark" Version="{feed.Version}" />
          </ItemGroup>
        </Project>
        """;

    // Errors and warnings, each once: MSBuild may repeat a line in its summary.
    static IReadOnlyList<(string Severity, string Id, string Text)> Messages(ProcessResult built) =>
    [
        .. Message().Matches(built.All)
            .Select(m => (m.Groups["severity"].Value, m.Groups["id"].Value, m.Groups["text"].Value)).Distinct(),
    ];

    [GeneratedRegex(
        @": (?<severity>error|warning) (?<id>[A-Z]+\d+) ?: (?<text>.*)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Message();
}
