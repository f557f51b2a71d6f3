// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Tallymark.Manifests.Tests;

/// <summary>Validates manifests with <c>spec/manifest.schema.json</c>, as an editor does.</summary>
static class EditorSchema
{
    static readonly JsonSchema Schema = JsonSchema.FromText(Repository.Read("spec", "manifest.schema.json"));

    /// <summary>The first violation; null if the manifest is valid.</summary>
    public static string? Violation(string yaml)
    {
        var tree = YamlTree.Parse(yaml, new DiagnosticBag(yaml))!;
        using var document = JsonDocument.Parse(ToJson(tree)?.ToJsonString() ?? "null");
        var results = Schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (results.IsValid)
            return null;
        var errors = (results.Details ?? []).Where(r => r.Errors is not null)
            .SelectMany(r => r.Errors!, (r, error) => $"{r.InstanceLocation}: {error.Key} {error.Value}");
        return errors.FirstOrDefault() ?? "not valid";
    }

    // The types that YAML 1.2's core schema, which editors use, gives to unquoted texts.
    static JsonNode? ToJson(YamlNode node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(
            e => new KeyValuePair<string, JsonNode?>(e.Key.Text, ToJson(e.Value)))),
        SequenceNode sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        ScalarNode { Text: "true" } => JsonValue.Create(true),
        ScalarNode { Text: "false" } => JsonValue.Create(false),
        ScalarNode scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) => JsonValue.Create(number),
        ScalarNode scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };
}
