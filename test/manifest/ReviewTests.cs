// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>
/// The review form: each element with its three answers, and each event with all possible values.
/// </summary>
public sealed class ReviewTests
{
    static readonly ToolManifest AllTypes =
        ManifestReader.Read(Repository.Read("spec", "vectors", "wire", "telemetry.yaml")).Manifest!;

    static readonly string[] Form = ReviewForm.Markdown(AllTypes).Split('\n');

    [Theory]
    [InlineData("digest", "No", "Yes", "No")]
    [InlineData("machine", "Yes", "Yes", "No")]
    [InlineData("session", "No", "Yes", "No")]
    [InlineData("random", "No", "Yes", "No")]
    [InlineData("stack", "No", "No", "Yes")]
    [InlineData("switch", "No", "No", "No")]
    public void The_first_table_has_each_element_once_with_the_three_answers_of_its_type(
        string field, string personal, string identifier, string sensitive) =>
        Assert.Single(Form, line => line.StartsWith(
            $"| `{field}` | {personal} | {identifier} | {sensitive} | ", StringComparison.Ordinal));

    [Theory]
    [InlineData("| `every` | `colour` | enum | `blue`, `green`, `red`, `other` |")]
    [InlineData("| `every` | `scheme` | uri-scheme | `http`, `https`, `sqlite`, `custom_scheme`, `none` |")]
    [InlineData("| `every` | `switch` | boolean | `true`, `false` |")]
    [InlineData("| `every` | `bucket` | count | A count, rounded down to a bound: 0, 1, 10, 100. |")]
    [InlineData("| `plain` | status | enum | `success`, `failure`, `unknown` |")]
    public void The_second_table_has_each_element_of_an_event_with_all_its_values(string row) =>
        Assert.Single(Form, line => line == row);

    [Fact]
    public void Storage_and_administrators_come_from_the_manifest_or_are_left_blank()
    {
        const string Administrators = "**Who administers and has access to the servers?** ";
        const string Blank = "(for the project to fill in).";
        Assert.Contains(Form, line => line.EndsWith($"It is stored on {Blank}", StringComparison.Ordinal));
        Assert.Contains(Form, line => line.StartsWith(Administrators + Blank + " ", StringComparison.Ordinal));
        var answered = ReviewForm.Markdown(Some.AllTypes()).Split('\n');
        Assert.Contains(
            answered, line => line.EndsWith("It is stored on a machine, in the cellar.", StringComparison.Ordinal));
        Assert.Contains(
            answered, line => line.StartsWith(Administrators + "Its &lt;owner>. ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_form_has_all_fields_of_all_events()
    {
        foreach (var field in AllTypes.Events.SelectMany(AllTypes.FieldsOf))
            Assert.Contains(Form, line => line.StartsWith($"| `{field.Name}` | ", StringComparison.Ordinal));
    }
}
