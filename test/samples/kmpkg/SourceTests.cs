// SPDX-License-Identifier: MIT
// The tool's source as a maintainer searches it: a handful of calls, and every data point stands behind one of them.

using System.Text.RegularExpressions;

namespace Kmpkg.Tests;

public sealed partial class SourceTests
{
    static readonly string[] Sources = [.. Directory.EnumerateFiles(Sample.Folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Sample.Folder, f).StartsWith("bin/", StringComparison.Ordinal)
            && !Path.GetRelativePath(Sample.Folder, f).StartsWith("obj/", StringComparison.Ordinal))];

    [Fact]
    public void Each_event_is_begun_by_exactly_one_call_and_each_field_is_set_in_the_file_of_that_call()
    {
        var manifest = ManifestReader.Read(Sample.Manifest).Manifest!;
        foreach (var e in manifest.Events.Where(e => !e.CountsDropped))
        {
            var call = $"telemetry.{Pascal(e.Name)}(";
            var text = File.ReadAllText(Assert.Single(Sources, f => File.ReadAllText(f).Contains(call, StringComparison.Ordinal)));
            Assert.Equal(2, text.Split(call).Length);
            foreach (var field in manifest.FieldsOf(e).Where(f => f.Source == FieldSource.Program))
                Assert.Matches($@"\b{(e.Name == "build" ? "build" : "run")}\.{Pascal(field.Name)} = ", text);
        }
    }

    [Fact]
    public void Nothing_about_telemetry_stands_in_the_tool_but_the_generated_names()
    {
        var words = Sources.SelectMany(f => Word().Matches(File.ReadAllText(f)).Select(m => m.Value)).ToHashSet(StringComparer.Ordinal);
        string[] generated =
        [
            "telemetry", "KmpkgTelemetry", "TelemetryCommand",
            "telemetry.Search", "telemetry.List", "telemetry.Install", "telemetry.Remove", "telemetry.Build",
            "KmpkgTelemetry.Start", "KmpkgTelemetry.Command", "KmpkgTelemetry.DisableOption", "KmpkgTelemetry.ShowOption",
            "KmpkgTelemetry.InstallEvent", "KmpkgTelemetry.RemoveEvent", "KmpkgTelemetry.BuildResult",
        ];
        Assert.Empty(words.Except(generated, StringComparer.Ordinal));
        Assert.Contains("telemetry.Install", words);
    }

    static string Pascal(string name) => string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    /// <summary>A word with telemetry, metrics or Tallymark in it, and the member behind it.</summary>
    [GeneratedRegex(@"\w*([Tt]elemetry|[Mm]etrics|[Tt]allymark)\w*(\.\w+)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
