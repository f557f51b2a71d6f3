// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Manifests.Tests;

/// <summary>The schema for editors has the keys and types of the reader, no more and no fewer.</summary>
public sealed class SchemaTests
{
    static readonly JsonElement Schema =
        JsonDocument.Parse(Repository.Read("spec", "manifest.schema.json")).RootElement;

    static readonly Dictionary<string, SectionKeys> Sections = new(StringComparer.Ordinal)
    {
        ["storage"] = SectionKeys.Storage,
        ["consent"] = SectionKeys.Consent,
        ["variable"] = SectionKeys.Variable,
        ["marker"] = SectionKeys.Marker,
        ["notice"] = SectionKeys.Notice,
        ["event"] = SectionKeys.Event,
        ["field"] = SectionKeys.AnyField,
        ["dataset"] = SectionKeys.Dataset,
        ["column"] = SectionKeys.Column,
    };

    public static TheoryData<string> SectionNames() => [.. Sections.Keys];

    public static TheoryData<string> AcceptedManifests() =>
        [.. Directory.GetFiles(Repository.PathOf("spec", "vectors", "manifest")).Select(f => Path.GetFileName(f))
            .Where(f => f.StartsWith("valid-", StringComparison.Ordinal)
                || f.StartsWith("warning-", StringComparison.Ordinal))];

    public static TheoryData<string> Samples() =>
        [.. Directory.GetDirectories(Repository.PathOf("samples")).Select(f => Path.GetFileName(f))];

    [Fact]
    public void The_manifest_has_the_readers_keys() => AssertKeys(SectionKeys.Manifest, Schema);

    [Theory]
    [MemberData(nameof(SectionNames))]
    public void A_section_has_the_readers_keys(string section) =>
        AssertKeys(Sections[section], Schema.GetProperty("definitions").GetProperty(section));

    [Fact]
    public void Every_mapping_with_known_keys_is_compared() =>
        Assert.Equal(Sections.Keys.Order(), Schema.GetProperty("definitions").EnumerateObject()
            .Where(d => d.Value.TryGetProperty("properties", out _)).Select(d => d.Name).Order());

    [Fact]
    public void The_schema_has_the_readers_types() =>
        Assert.Equal(
            FieldTypes.All.Select(t => t.Name),
            Field("properties").GetProperty("type").GetProperty("oneOf").EnumerateArray()
                .Select(t => t.GetProperty("const").GetString()));

    [Fact]
    public void A_key_of_some_types_is_invalid_for_the_others()
    {
        foreach (var key in FieldTypeRules.All.SelectMany(t => t.Keys).Distinct(StringComparer.Ordinal))
        {
            var rule = Field("allOf").EnumerateArray().Single(r => r.TryGetProperty("else", out var other)
                && other.GetProperty("properties").TryGetProperty(key, out var refused)
                    && refused.ValueKind == JsonValueKind.False);
            Assert.Equal(
                FieldTypeRules.All.Where(t => t.Keys.Contains(key)).Select(t => t.Name).Order(),
                rule.GetProperty("if").GetProperty("properties").GetProperty("type").GetProperty("enum")
                    .EnumerateArray().Select(t => t.GetString()!).Order());
        }
    }

    [Fact]
    public void Every_key_has_a_description()
    {
        foreach (var section in Sections.Keys.Select(s => Schema.GetProperty("definitions").GetProperty(s))
            .Append(Schema))
        {
            foreach (var property in section.GetProperty("properties").EnumerateObject())
                Assert.True(property.Value.TryGetProperty("description", out _)
                    || property.Value.TryGetProperty("$ref", out _), property.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_valid(string sample) =>
        Assert.Null(EditorSchema.Violation(Repository.Read("samples", sample, "telemetry.yaml")));

    [Theory]
    [MemberData(nameof(AcceptedManifests))]
    public void A_manifest_that_the_reader_accepts_is_valid(string name) =>
        Assert.Null(EditorSchema.Violation(Repository.Read("spec", "vectors", "manifest", name)));

    [Theory]
    [InlineData("unknown-key")]
    [InlineData("missing-why")]
    [InlineData("unknown-type")]
    [InlineData("key-of-other-type")]
    [InlineData("no-values")]
    [InlineData("not-publishable")]
    [InlineData("bad-name-event")]
    [InlineData("bad-value")]
    [InlineData("not-a-choice-time")]
    [InlineData("bad-minimum")]
    [InlineData("bad-max-per-day")]
    public void A_structural_mistake_is_not_valid(string name) =>
        Assert.NotNull(EditorSchema.Violation(Repository.Read("spec", "vectors", "manifest", name + ".yaml")));

    static void AssertKeys(SectionKeys keys, JsonElement section)
    {
        Assert.Equal(keys.All.Order(), section.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(keys.Required.Order(), section.GetProperty("required").EnumerateArray().Select(k => k.GetString()!)
            .Order());
        Assert.Equal(JsonValueKind.False, section.GetProperty("additionalProperties").ValueKind);
    }

    static JsonElement Field(string member) =>
        Schema.GetProperty("definitions").GetProperty("field").GetProperty(member);
}
