// SPDX-License-Identifier: MIT
// The part of JSON Schema draft-07 that the manifest's schema uses. A keyword that it does not know throws.

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tallymark.Manifests.Tests;

sealed class SchemaCheck(JsonElement root)
{
    /// <summary>The first thing that does not satisfy the schema, or null.</summary>
    public static string? Of(JsonElement schema, string yaml) =>
        new SchemaCheck(schema).Check(schema, YamlTree.Parse(yaml, new Findings(yaml))!, "");

    string? Check(JsonElement schema, YamlNode node, string path)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return schema.ValueKind == JsonValueKind.True ? null : path + " is not allowed";
        foreach (var keyword in schema.EnumerateObject())
        {
            if (Check(schema, keyword.Name, keyword.Value, node, path) is { } wrong)
                return wrong;
        }

        return null;
    }

    string? Check(JsonElement schema, string keyword, JsonElement value, YamlNode node, string path)
    {
        var entries = (node as MappingNode)?.Entries ?? [];
        var items = (node as SequenceNode)?.Items ?? [];
        var text = (node as ScalarNode)?.Text;
        string? If(bool wrong) => wrong ? $"{path}: {keyword} {value}" : null;
        switch (keyword)
        {
            case "$schema" or "$id" or "title" or "description" or "definitions":
                return null;
            case "$ref":
                return Check(root.GetProperty("definitions")
                    .GetProperty(value.GetString()!["#/definitions/".Length..]), node, path);
            case "type":
                var allowed = value.ValueKind == JsonValueKind.Array
                    ? value.EnumerateArray().Select(t => t.GetString()!) : [value.GetString()!];
                return If(!allowed.Any(t => TypesOf(node).Contains(t)));
            case "const":
                return If(text != TextOf(value));
            case "enum":
                return If(text is null || !value.EnumerateArray().Any(v => TextOf(v) == text));
            case "pattern":
                return If(TypesOf(node).Contains("string")
                    && !Regex.IsMatch(text!, value.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(5)));
            case "maxLength":
                return If(text?.Length > value.GetInt32());
            case "minimum":
                return If(text is not null && long.Parse(text, CultureInfo.InvariantCulture) < value.GetInt64());
            case "required":
                return If(node is MappingNode
                    && value.EnumerateArray().Any(k => entries.All(e => e.Key.Text != k.GetString())));
            case "minProperties":
                return If(node is MappingNode && entries.Count < value.GetInt32());
            case "maxProperties":
                return If(entries.Count > value.GetInt32());
            case "minItems":
                return If(node is SequenceNode && items.Count < value.GetInt32());
            case "maxItems":
                return If(items.Count > value.GetInt32());
            case "uniqueItems":
                return If(items.OfType<ScalarNode>().GroupBy(i => i.Text, StringComparer.Ordinal)
                    .Any(g => g.Count() > 1));
            case "propertyNames":
                return First(entries, e => Check(value, e.Key, path + "/" + e.Key.Text));
            case "properties":
                return First(entries, e => value.TryGetProperty(e.Key.Text, out var inner)
                    ? Check(inner, e.Value, path + "/" + e.Key.Text) : null);
            case "additionalProperties":
                return First(entries, e => schema.TryGetProperty("properties", out var known)
                    && known.TryGetProperty(e.Key.Text, out _)
                    ? null : Check(value, e.Value, path + "/" + e.Key.Text));
            case "items":
                return First(items, i => Check(value, i, path + "/-"));
            case "allOf":
                return First(value.EnumerateArray(), s => Check(s, node, path));
            case "anyOf":
                return If(value.EnumerateArray().All(s => Check(s, node, path) is not null));
            case "oneOf":
                return If(value.EnumerateArray().Count(s => Check(s, node, path) is null) != 1);
            case "not":
                return If(Check(value, node, path) is null);
            case "if":
                return schema.TryGetProperty(Check(value, node, path) is null ? "then" : "else", out var branch)
                    ? Check(branch, node, path) : null;
            case "then" or "else":
                return null;
            default:
                throw new NotSupportedException("This check does not know the keyword " + keyword);
        }
    }

    static string? First<T>(IEnumerable<T> all, Func<T, string?> check) =>
        all.Select(check).FirstOrDefault(wrong => wrong is not null);

    // As YAML 1.2's core schema, which editors use, would see an unquoted text.
    static string[] TypesOf(YamlNode node) => node switch
    {
        MappingNode => ["object"],
        SequenceNode => ["array"],
        ScalarNode { Text: "true" or "false" } => ["boolean"],
        ScalarNode scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out _) => ["integer", "number"],
        _ => ["string"],
    };

    static string TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
