// SPDX-License-Identifier: MIT
// The form of a review: each element with its three answers, each event's own elements with all values that they can have.

namespace Tallymark.Manifests.Tests;

public sealed class ReviewTests
{
    static readonly ToolManifest AllTypes = ManifestReader.Read(Repository.Read("spec", "vectors", "wire", "telemetry.yaml")).Manifest!;

    static readonly string[] Form = ReviewForm.Markdown(AllTypes).Split('\n');

    [Theory]
    [InlineData("digest", "No", "Yes", "No")]
    [InlineData("machine", "Yes", "Yes", "No")]
    [InlineData("session", "No", "Yes", "No")]
    [InlineData("random", "No", "Yes", "No")]
    [InlineData("stack", "No", "No", "Yes")]
    [InlineData("switch", "No", "No", "No")]
    public void Each_element_stands_in_the_first_table_once_with_the_three_answers_of_its_type(
        string field, string personal, string identifier, string sensitive) =>
        Assert.Single(Form, line => line.StartsWith($"| `{field}` | {personal} | {identifier} | {sensitive} | ", StringComparison.Ordinal));

    [Theory]
    [InlineData("| `every` | `colour` | enum | `blue`, `green`, `red`, `other` |")]
    [InlineData("| `every` | `scheme` | uri-scheme | `http`, `https`, `sqlite`, `custom_scheme`, `none` |")]
    [InlineData("| `every` | `switch` | boolean | `true`, `false` |")]
    [InlineData("| `every` | `bucket` | count | A count, rounded down to a bound: 0, 1, 10, 100. |")]
    [InlineData("| `plain` | status | enum | `success`, `failure`, `unknown` |")]
    public void Each_element_of_an_event_stands_in_the_second_table_with_all_its_values(string row) => Assert.Single(Form, line => line == row);

    [Fact]
    public void Where_it_is_stored_and_who_administers_it_is_the_manifests_word_or_left_blank()
    {
        const string Blank = "(for the project to fill in).";
        Assert.Contains(Form, line => line.EndsWith($"It is stored on {Blank}", StringComparison.Ordinal));
        Assert.Contains(Form, line => line.StartsWith($"**Who administers and has access to the servers?** {Blank} ", StringComparison.Ordinal));
        var said = ReviewForm.Markdown(Some.AllTypes()).Split('\n');
        Assert.Contains(said, line => line.EndsWith("It is stored on a machine, in the cellar.", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("**Who administers and has access to the servers?** Its &lt;owner>. ", StringComparison.Ordinal));
    }

    [Fact]
    public void All_fields_of_all_events_are_in_the_form()
    {
        foreach (var field in AllTypes.Events.SelectMany(AllTypes.FieldsOf))
            Assert.Contains(Form, line => line.StartsWith($"| `{field.Name}` | ", StringComparison.Ordinal));
    }
}
