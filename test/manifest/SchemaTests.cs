// SPDX-License-Identifier: MIT
// The schema for editors knows what the reader knows, no more and no less.

using System.Text.Json;

namespace Tallymark.Manifests.Tests;

public sealed class SchemaTests
{
    static readonly JsonElement Schema =
        JsonDocument.Parse(Repository.Read("spec", "manifest.schema.json")).RootElement;

    static readonly Dictionary<string, Keys> Sections = new(StringComparer.Ordinal)
    {
        ["storage"] = Keys.Storage,
        ["consent"] = Keys.Consent,
        ["variable"] = Keys.Variable,
        ["marker"] = Keys.Marker,
        ["notice"] = Keys.Notice,
        ["event"] = Keys.Event,
        ["field"] = Keys.AnyField,
        ["dataset"] = Keys.Dataset,
        ["column"] = Keys.Column,
    };

    public static TheoryData<string> SectionNames() => [.. Sections.Keys];

    public static TheoryData<string> AcceptedManifests() =>
        [.. Directory.GetFiles(Repository.PathOf("spec", "vectors", "manifest")).Select(f => Path.GetFileName(f))
            .Where(f => f.StartsWith("valid-", StringComparison.Ordinal)
                || f.StartsWith("warning-", StringComparison.Ordinal))];

    [Fact]
    public void The_manifest_has_the_readers_keys() => AssertKeys(Keys.Manifest, Schema);

    [Theory]
    [MemberData(nameof(SectionNames))]
    public void A_section_has_the_readers_keys(string section) =>
        AssertKeys(Sections[section], Schema.GetProperty("definitions").GetProperty(section));

    [Fact]
    public void Every_mapping_with_keys_of_its_own_is_compared() =>
        Assert.Equal(Sections.Keys.Order(), Schema.GetProperty("definitions").EnumerateObject()
            .Where(d => d.Value.TryGetProperty("properties", out _)).Select(d => d.Name).Order());

    [Fact]
    public void The_types_are_the_readers_types() =>
        Assert.Equal(
            FieldTypes.All.Select(t => t.Name),
            Field("properties").GetProperty("type").GetProperty("oneOf").EnumerateArray()
                .Select(t => t.GetProperty("const").GetString()));

    [Fact]
    public void A_key_of_some_types_is_refused_for_the_others()
    {
        foreach (var key in TypeRule.All.SelectMany(t => t.Keys).Distinct(StringComparer.Ordinal))
        {
            var rule = Field("allOf").EnumerateArray().Single(r => r.TryGetProperty("else", out var other)
                && other.GetProperty("properties").TryGetProperty(key, out var refused)
                    && refused.ValueKind == JsonValueKind.False);
            Assert.Equal(
                TypeRule.All.Where(t => t.Keys.Contains(key)).Select(t => t.Name).Order(),
                rule.GetProperty("if").GetProperty("properties").GetProperty("type").GetProperty("enum")
                    .EnumerateArray().Select(t => t.GetString()!).Order());
        }
    }

    [Fact]
    public void Every_key_is_described()
    {
        foreach (var section in Sections.Keys.Select(s => Schema.GetProperty("definitions").GetProperty(s))
            .Append(Schema))
        {
            foreach (var property in section.GetProperty("properties").EnumerateObject())
                Assert.True(property.Value.TryGetProperty("description", out _)
                    || property.Value.TryGetProperty("$ref", out _), property.Name);
        }
    }

    [Fact]
    public void The_sample_satisfies_it() =>
        Assert.Null(SchemaCheck.Of(Schema, Repository.Read("samples", "kmpkg", "telemetry.yaml")));

    [Theory]
    [MemberData(nameof(AcceptedManifests))]
    public void What_the_reader_accepts_satisfies_it(string name) =>
        Assert.Null(SchemaCheck.Of(Schema, Repository.Read("spec", "vectors", "manifest", name)));

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
    public void A_mistake_of_form_does_not_satisfy_it(string name) =>
        Assert.NotNull(SchemaCheck.Of(Schema, Repository.Read("spec", "vectors", "manifest", name + ".yaml")));

    static void AssertKeys(Keys keys, JsonElement section)
    {
        Assert.Equal(keys.All.Order(), section.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(keys.Needed.Order(), section.GetProperty("required").EnumerateArray().Select(k => k.GetString()!)
            .Order());
        Assert.Equal(JsonValueKind.False, section.GetProperty("additionalProperties").ValueKind);
    }

    static JsonElement Field(string member) =>
        Schema.GetProperty("definitions").GetProperty("field").GetProperty(member);
}
