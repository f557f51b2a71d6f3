// SPDX-License-Identifier: MIT
// Lists that the source and the manifest both have, and files that are generated from the manifest, are the same.

using System.Text.RegularExpressions;
using Mlflow.Evaluation;
using Tallymark.Manifests;

namespace Mlflow.Tests;

public sealed partial class ManifestTests
{
    static readonly string Sample = Path.Combine(Product.Root, "samples/mlflow");

    static readonly ToolManifest Manifest =
        ManifestReader.Read(File.ReadAllText(SampleTool.Mlflow.ManifestFile)).Manifest!;

    [Fact]
    public void The_clients_known_assemblies_are_those_of_the_manifest() => Assert.Equal(
        Values("create_run", "imports").Order(StringComparer.Ordinal),
        Quoted().Matches(Read("Client/KnownAssemblies.cs")).Select(m => m.Groups["text"].Value)
            .Where(text => text.Length > 0).Order(StringComparer.Ordinal));

    [Fact]
    public void The_built_in_scorers_are_those_of_the_manifest() => Assert.Equal(
        Values("genai_evaluate", "builtin_scorers").Order(StringComparer.Ordinal),
        BuiltInScorers.All.Select(scorer => scorer.Name).Append("custom_scorer").Order(StringComparer.Ordinal));

    [Fact]
    public void The_AI_commands_are_those_of_the_manifest()
    {
        var folder = Path.Combine(Sample, "Client/AiCommands");
        Assert.Equal(
            Values("ai_command_run", "command_key"),
            Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)
                .Select(file => Path.ChangeExtension(Path.GetRelativePath(folder, file), null))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_component_ids_are_those_of_the_pages_source_and_its_types_are_current()
    {
        var source = string.Concat(
            Directory.GetFiles(Path.Combine(Sample, "Server/page/src"))
                .Where(file => !file.EndsWith("component-ids.ts", StringComparison.Ordinal))
                .Append(Path.Combine(Sample, "Server/page/pages/index.html")).Select(File.ReadAllText));
        var ids = Quoted().Matches(source).Select(m => m.Groups["text"].Value)
            .Where(text => text.StartsWith("mlflow.", StringComparison.Ordinal));
        Assert.Equal(Values("ui_event", "component_id").Order(StringComparer.Ordinal),
            ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(PageTypes.TypeScript(Manifest), Read("Server/page/src/component-ids.ts"));
    }

    [Fact]
    public void The_dictionary_is_current() =>
        Assert.Equal(DataDictionary.Markdown(Manifest), Read("docs/dictionary.md"));

    static IEnumerable<string> Values(string name, string field) =>
        Manifest.FieldsOf(Manifest.Events.Single(e => e.Name == name)).Single(f => f.Name == field).Values;

    static string Read(string file) => File.ReadAllText(Path.Combine(Sample, file));

    [GeneratedRegex("\"(?<text>[^\"\\s{}]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
