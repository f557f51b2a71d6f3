// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Kmpkg.Tests;

/// <summary>
/// A maintainer can search the tool's source: a few calls start events, and each field is set in the file of its call.
/// Only <c>stack</c> is set by the call itself, if its block ends with an exception.
/// </summary>
public sealed partial class SourceTests
{
    static readonly string[] Sources = [.. Directory.EnumerateFiles(Sample.Folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Sample.Folder, f).StartsWith("bin/", StringComparison.Ordinal)
            && !Path.GetRelativePath(Sample.Folder, f).StartsWith("obj/", StringComparison.Ordinal))];

    [Fact]
    public void Exactly_one_call_starts_each_event_and_each_field_is_set_in_the_file_of_that_call()
    {
        var manifest = ManifestReader.Read(Sample.Manifest).Manifest!;
        foreach (var e in manifest.Events.Where(e => !e.CountsDropped))
        {
            var call = $"telemetry.{Pascal(e.Name)}(";
            var text = File.ReadAllText(
                Assert.Single(Sources, f => File.ReadAllText(f).Contains(call, StringComparison.Ordinal)));
            Assert.Equal(2, text.Split(call).Length);
            foreach (var field in manifest.FieldsOf(e)
                .Where(f => f.Source == FieldSource.Program && f.Type != FieldType.Stack))
                Assert.Matches($@"\b{(e.Name == "build" ? "build" : "run")}\.{Pascal(field.Name)} = ", text);
        }
    }

    [Fact]
    public void The_tools_source_uses_only_the_generated_telemetry_names()
    {
        var words = Sources.SelectMany(f => Word().Matches(File.ReadAllText(f)).Select(m => m.Value))
            .ToHashSet(StringComparer.Ordinal);
        string[] generated =
        [
            "telemetry", "KmpkgTelemetry", "TelemetryCommand",
            "telemetry.Search", "telemetry.List", "telemetry.Install", "telemetry.Remove", "telemetry.Build",
            "KmpkgTelemetry.Start", "KmpkgTelemetry.Command", "KmpkgTelemetry.DisableOption",
            "KmpkgTelemetry.ShowOption",
            "KmpkgTelemetry.InstallEvent", "KmpkgTelemetry.RemoveEvent", "KmpkgTelemetry.BuildResult",
        ];
        Assert.Empty(words.Except(generated, StringComparer.Ordinal));
        Assert.Contains("telemetry.Install", words);
    }

    static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    /// <summary>A word that contains telemetry, metrics or Tallymark, and the member after it.</summary>
    [GeneratedRegex(
        @"\w*([Tt]elemetry|[Mm]etrics|[Tt]allymark)\w*(\.\w+)?",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
