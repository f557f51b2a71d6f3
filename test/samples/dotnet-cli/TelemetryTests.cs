// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Dn.Tests;

/// <summary>Where the tool's source uses telemetry, and that its manifest and its page agree.</summary>
public sealed partial class TelemetryTests
{
    static readonly ToolManifest Manifest = ManifestReader.Read(Sample.Manifest).Manifest!;

    [Fact]
    public void Only_the_program_and_the_invocation_use_telemetry_and_the_invocation_sets_every_field()
    {
        string[] sources = [.. Directory.EnumerateFiles(Sample.Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Sample.Folder, file).Split('/').Any(part => part is "bin" or "obj"))];
        Assert.Contains(sources, file => file.EndsWith("Library/Builder.cs", StringComparison.Ordinal));
        Assert.Equal(
            ["CommandLine.cs", "Invocation.cs", "Program.cs"],
            sources.Where(file => Use().IsMatch(File.ReadAllText(file))).Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal));
        var invocation = File.ReadAllText(Path.Combine(Sample.Folder, "Invocation.cs"));
        foreach (var field in Manifest.FieldsOf(Manifest.Events.Single()).Where(f => f.Source == FieldSource.Program))
        {
            var member = string.Concat(field.Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
            Assert.Contains($"recorded.{member} = ", invocation, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_page_of_the_notice_lists_every_field_and_whether_it_is_published()
    {
        var page = File.ReadAllText(Path.Combine(Sample.Folder, Manifest.Notice.More));
        foreach (var field in Manifest.FieldsOf(Manifest.Events.Single()))
        {
            var row = Assert.Single(page.Split('\n'), line => line.StartsWith("| `", StringComparison.Ordinal)
                && line.Split('|')[1].Contains($"`{field.Name}`", StringComparison.Ordinal));
            Assert.StartsWith(field.Published ? "yes" : "no", row.Split('|')[3].Trim(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("build --help")]
    [InlineData("biuld")]
    [InlineData("telemetry why")]
    public async Task Without_a_command_no_file_is_made_in_the_home_folder(string command)
    {
        using var here = new Workplace();
        await here.Dn(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Directory.EnumerateFileSystemEntries(here.Home));
    }

    /// <summary>A use of the generated class other than the names of its commands.</summary>
    [GeneratedRegex(@"DotnetCliTelemetry\.(?!InvocationCommand\b)", RegexOptions.None, 1000)]
    private static partial Regex Use();
}
