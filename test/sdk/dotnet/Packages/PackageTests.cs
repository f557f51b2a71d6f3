// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Xml.Linq;

namespace Tallymark.Package.Tests;

/// <summary>The contents of the packages.</summary>
public sealed class PackageTests(Feed feed)
{
    [Fact]
    public void The_package_contains_the_SDK_the_generator_its_dependencies_and_the_build_files()
    {
        using var package = ZipFile.OpenRead(feed.PackageFile);
        var files = package.Entries.Select(e => e.FullName)
            .Where(name => name != "[Content_Types].xml" && name.Split('/')[0] is not ("_rels" or "package"));
        Assert.Equal(
            [
                "README.md",
                "THIRD-PARTY-NOTICES.txt",
                "Tallymark.nuspec",
                "analyzers/dotnet/cs/Tallymark.Generator.dll",
                "analyzers/dotnet/cs/Tallymark.Manifest.dll",
                "analyzers/dotnet/cs/YamlDotNet.dll",
                "build/Tallymark.targets",
                "build/net10.0/Tallymark.Advice.targets",
                "build/net10.0/Tallymark.Off.targets",
                "build/net10.0/Tallymark.props",
                "build/net10.0/Tallymark.targets",
                "buildTransitive/Tallymark.targets",
                "buildTransitive/net10.0/Tallymark.targets",
                "lib/net10.0/Tallymark.dll",
                "lib/net10.0/Tallymark.xml",
                "runtimes/linux-x64/lib/net10.0/Tallymark.dll",
            ],
            files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_package_depends_on_nothing()
    {
        using var package = ZipFile.OpenRead(feed.PackageFile);
        using var nuspec = package.GetEntry("Tallymark.nuspec")!.Open();
        var document = XDocument.Load(nuspec);
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal("README.md", document.Descendants().Single(e => e.Name.LocalName == "readme").Value);
    }

    [Fact]
    public void The_package_for_web_servers_depends_on_ASP_NET_Core_and_on_no_package()
    {
        const string Id = "Tallymark.AspNetCore";
        using var package = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{Id}.{feed.Version}.nupkg"));
        using var nuspec = package.GetEntry(Id + ".nuspec")!.Open();
        var document = XDocument.Load(nuspec);
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal(
            "Microsoft.AspNetCore.App",
            document.Descendants().Single(e => e.Name.LocalName == "frameworkReference").Attribute("name")!.Value);
        Assert.Equal([$"lib/net10.0/{Id}.dll", $"lib/net10.0/{Id}.xml"],
            package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("lib/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        Assert.NotNull(package.GetEntry("README.md"));
    }

    [Theory]
    [InlineData("Tallymark.CommandLine", "System.CommandLine 3.0.0")]
    [InlineData("Tallymark.Testing", "Tallymark [VERSION]")]
    public void The_other_packages_hold_one_assembly_and_depend_on_one_package(string id, string dependency)
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{id}.{feed.Version}.nupkg"));
        using var nuspec = package.GetEntry(id + ".nuspec")!.Open();
        var one = Assert.Single(XDocument.Load(nuspec).Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal(
            dependency.Replace("VERSION", feed.Version, StringComparison.Ordinal),
            one.Attribute("id")!.Value + " " + one.Attribute("version")!.Value);
        Assert.Equal([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
            package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("lib/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        Assert.NotNull(package.GetEntry("README.md"));
    }
}
