// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Kmpkg.Tests;

/// <summary>The catalogue and the manifest agree, and every port builds as the catalogue says.</summary>
public sealed partial class CatalogueTests
{
    static readonly ToolManifest Manifest = ManifestReader.Read(Sample.Manifest).Manifest!;

    [Fact]
    public async Task The_manifest_lists_exactly_the_folders_of_ports()
    {
        var folders = Directory.GetDirectories(Sample.Ports).Select(f => Path.GetFileName(f))
            .Order(StringComparer.Ordinal).ToArray();
        Assert.InRange(folders.Length, 35, 45);
        Assert.Equal(folders, Field("install", "packages").Values.Order(StringComparer.Ordinal));
        Assert.Equal(folders, Field("build", "port").Values.Order(StringComparer.Ordinal));
        using var here = new Workplace();
        Assert.Equal(folders, (await here.Kmpkg("search")).With(0).Lines.Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public async Task The_manifest_lists_exactly_the_options_of_the_commands()
    {
        using var here = new Workplace();
        var options = Array.Empty<string>();
        foreach (var command in (string[])["search", "list", "install", "remove"])
            options = [.. options, .. Option().Matches((await here.Run(command, "--help")).With(0).Output).Select(
                m => m.Value)];
        var own = options.Distinct(StringComparer.Ordinal)
            .Except([Manifest.Consent.Option!, Manifest.Consent.ShowOption!, "--help"], StringComparer.Ordinal);
        Assert.Equal(
            Field("install", "options").Values.Order(StringComparer.Ordinal), own.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_port_builds_but_those_that_are_broken_on_purpose_and_those_that_need_them()
    {
        using var here = new Workplace();
        var all = (await here.Kmpkg("search")).With(0).Lines.Select(l => l.Split(' ')[0]).ToArray();
        var ended = await here.Kmpkg(["install", .. all, "--keep-going"]);
        Assert.Equal(all, Sample.PortsBuiltBy(ended).Order(StringComparer.Ordinal));
        var failed = ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l["kmpkg: error: ".Length..].Split(':')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(["gdal", "leptonica", "libtiff", "opencv"], failed);
        Assert.Equal(all.Length - 4, (await here.Kmpkg("list")).With(0).Lines.Length);
    }

    [Theory]
    [InlineData("libtiff", 4)]
    [InlineData("gdal", 5)]
    [InlineData("opencv", 6)]
    public async Task A_broken_port_fails_in_its_own_way(string port, int code)
    {
        using var here = new Workplace();
        var ended = (await here.Kmpkg("install", port)).With(code);
        Assert.Equal(port, Sample.PortsBuiltBy(ended)[^1]);
        Assert.DoesNotContain($".kmpkg/ports/{port}", here.Files().Keys);
    }

    [Fact]
    public async Task Search_looks_at_names_and_descriptions_in_any_case()
    {
        using var here = new Workplace();
        Assert.Equal(
            ["libjpeg-turbo"], (await here.Kmpkg("search", "JPEG")).With(0).Lines.Select(l => l.Split(' ')[0]));
        Assert.Equal(["sqlite3"], (await here.Kmpkg("search", "database")).With(0).Lines.Select(l => l.Split(' ')[0]));
        Assert.Empty((await here.Kmpkg("search", "no such text")).With(0).Lines);
    }

    [Fact]
    public async Task Without_options_the_ports_beside_the_tool_and_the_tree_in_the_current_folder_are_meant()
    {
        using var here = new Workplace();
        (await here.Run("install", "zlib")).With(0);
        Assert.Contains("include/zlib.h", here.InstalledFiles());
    }

    static Field Field(string e, string name) => Manifest.FieldsOf(Manifest.FindEvent(e)!).Single(f => f.Name == name);

    [GeneratedRegex("--[a-z-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Option();
}
