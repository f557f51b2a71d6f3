// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>The review's answers follow from the type; a manifest can raise them.</summary>
public sealed class SensitivityTests
{
    [Fact]
    public void The_valid_vectors_have_every_type() =>
        Assert.Equal(FieldTypes.All.Select(t => t.Type), Fields().Select(f => f.Type).Distinct().Order());

    [Theory]
    [InlineData("a_boolean", false, false, false)]
    [InlineData("an_enum", false, false, false)]
    [InlineData("a_version", false, false, false)]
    [InlineData("an_environment", false, false, false)]
    [InlineData("a_digest", false, true, false)]
    [InlineData("a_tool_digest", true, true, false)]
    [InlineData("a_machine", true, true, false)]
    [InlineData("a_session", false, true, false)]
    [InlineData("installation", false, true, false)]
    [InlineData("a_random_id", false, true, false)]
    public void The_answers_follow_from_the_type(string name, bool personal, bool identifier, bool sensitive) =>
        Assert.Equal(new Sensitivity(personal, identifier, sensitive), Field(name).Sensitivity);

    [Theory]
    [InlineData("a_stack", false, true, true)]
    [InlineData("a_country", false, false, true)]
    public void A_manifest_raises_the_answers(string name, bool personal, bool identifier, bool sensitive) =>
        Assert.Equal(new Sensitivity(personal, identifier, sensitive), Field(name).Sensitivity);

    [Fact]
    public void Identifiers_and_stacks_are_never_published()
    {
        var result = ManifestReader.Read(Repository.Read("spec", "vectors", "manifest", "valid-all-types.yaml")
            .Replace("published: false", "published: true", StringComparison.Ordinal));
        foreach (var (name, type) in FieldTypes.All)
        {
            var isError = result.Diagnostics.Any(d => d.Id == "TALLY0050"
                && d.Message.Contains($"`{name}`", StringComparison.Ordinal));
            var expected = type is FieldType.Digest or FieldType.Machine or FieldType.Session or FieldType.Installation
                or FieldType.RandomId or FieldType.Stack;
            Assert.Equal(expected, isError);
        }
    }

    [Theory]
    [InlineData("own_duration", FieldSource.Program)]
    [InlineData("a_duration", FieldSource.Sdk)]
    [InlineData("own_version", FieldSource.Program)]
    [InlineData("a_version", FieldSource.Sdk)]
    [InlineData("an_exit_code", FieldSource.Program)]
    [InlineData("an_arch", FieldSource.Sdk)]
    [InlineData("a_country", FieldSource.Collector)]
    public void The_type_determines_the_source_unless_it_is_the_program(string name, FieldSource source) =>
        Assert.Equal(source, Field(name).Source);

    [Fact]
    public void Every_value_is_the_text_of_the_manifest() =>
        Assert.Equal(["1.10", "a+b:c/d@e._-", "no", "null", "on"], Field("a_set").Values);

    static IReadOnlyList<Field> Fields()
    {
        var manifest = Some.AllTypes();
        return manifest.FieldsOf(manifest.Events[0]);
    }

    static Field Field(string name) => Fields().Single(f => f.Name == name);
}
