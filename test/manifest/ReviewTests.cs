// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Manifests.Tests;

/// <summary>
/// The review form: each element with its three answers, and each event with all possible values.
/// </summary>
public sealed class ReviewTests
{
    const string Manifest = "telemetry.yaml";

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
        const string Blank = "(for the project to fill in).";
        Assert.EndsWith($"It is stored on {Blank}", AnswerTo("3.1", Form), StringComparison.Ordinal);
        Assert.StartsWith(Blank, AnswerTo("3.2", Form), StringComparison.Ordinal);
        var answered = ReviewForm.Markdown(Some.AllTypes()).Split('\n');
        Assert.EndsWith(
            "It is stored on a machine, in the cellar.", AnswerTo("3.1", answered), StringComparison.Ordinal);
        Assert.StartsWith("Its &lt;owner>. ", AnswerTo("3.2", answered), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("never", "An installation keeps its id, ", "`demo telemetry delete` deletes the data of the id.")]
    [InlineData("quarter", "It is a new one each quarter, and nothing that is sent links it to the one before.",
        "`demo telemetry delete` deletes the data of all of them.")]
    public void The_form_says_how_long_an_installation_keeps_its_id(string rotate, string keeps, string deletes)
    {
        var form = ReviewForm.Markdown(
            Some.Plain(("retention: 90 days", $"retention: 90 days\nidentity:\n  rotate: {rotate}")));
        Assert.Contains(keeps, form, StringComparison.Ordinal);
        Assert.Contains(deletes, form, StringComparison.Ordinal);
        Assert.DoesNotContain("keeps its id", ReviewForm.Markdown(AllTypes with
        {
            Fields = [],
            Events = [AllTypes.Events[0] with { Fields = [] }],
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_says_how_many_events_of_an_installation_count() => Assert.Contains(
        "; at most 300 events of one kind count for an installation and day. ",
        ReviewForm.Markdown(Some.Plain(("retention: 90 days", "retention: 90 days\nmax-per-day: 300"))),
        StringComparison.Ordinal);

    public static TheoryData<string> Samples =>
        [.. Directory.GetDirectories(Repository.PathOf("samples")).Where(s => File.Exists(Path.Combine(s, Manifest)))
            .Select(s => Path.GetFileName(s)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_form_of_each_sample_has_the_questions_of_the_document_and_answers_each(string sample)
    {
        var form = ReviewForm.Markdown(ManifestReader.Read(Repository.Read("samples", sample, Manifest)).Manifest!)
            .Split('\n');
        using var document = JsonDocument.Parse(Repository.Read("test", "documents", "lf-form.json"));
        var expected = new List<string>();
        foreach (var section in document.RootElement.GetProperty("sections").EnumerateArray())
        {
            expected.Add($"## {section.GetProperty("section").GetInt32()}. {Text(section, "title")}");
            foreach (var question in section.GetProperty("questions").EnumerateArray())
            {
                expected.Add($"### {Text(question, "number")} {Text(question, "title")}");
                Assert.NotEmpty(AnswerTo(Text(question, "number"), form));
            }
        }

        Assert.Equal(
            expected, form.Where(line => line.StartsWith("##", StringComparison.Ordinal) && line != "## History"));
        var instruction = Text(document.RootElement.GetProperty("sections").EnumerateArray().Last(), "instruction");
        Assert.Contains(form, line => line.Contains(instruction["when ".Length..], StringComparison.Ordinal));
        Assert.Equal("The manifest has no review record yet.", AnswerTo("History", form));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_tables_have_the_columns_of_the_document(string sample)
    {
        var form = ReviewForm.Markdown(ManifestReader.Read(Repository.Read("samples", sample, Manifest)).Manifest!)
            .Split('\n');
        using var document = JsonDocument.Parse(Repository.Read("test", "documents", "lf-form.json"));
        foreach (var table in (string[])["table1_columns", "table2_columns"])
        {
            var columns = document.RootElement.GetProperty(table).EnumerateArray().Select(c => c.GetString());
            Assert.Contains($"| {string.Join(" | ", columns)} |", form, StringComparer.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("https://example.org/demo", "docs/a.md", "https://example.org/demo/blob/HEAD/docs/a.md")]
    [InlineData("https://example.org/demo.git", "docs/a.md", "https://example.org/demo/blob/HEAD/docs/a.md")]
    [InlineData("https://example.org/demo/", "https://docs.example.org/a", "https://docs.example.org/a")]
    public void Links_are_addresses_also_where_the_manifest_has_a_path(string repository, string more, string address)
    {
        var form = ReviewForm.Markdown(Some.Plain(
            ("repository: https://example.org/demo", $"repository: {repository}"),
            ("more: docs/telemetry.md", $"more: {more}"))).Split('\n');
        Assert.Equal($"<{address}>", AnswerTo("1.2", form));
        Assert.Equal($"Link in the notice: <{address}>", AnswerTo("2.2", form));
        Assert.Contains($"<{repository}>", string.Join('\n', form), StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_has_all_fields_of_all_events()
    {
        foreach (var field in AllTypes.Events.SelectMany(AllTypes.FieldsOf))
            Assert.Contains(Form, line => line.StartsWith($"| `{field.Name}` | ", StringComparison.Ordinal));
    }

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>The first line below the heading of a question.</summary>
    static string AnswerTo(string number, string[] form)
    {
        var heading = Array.FindIndex(form, line => line.StartsWith($"### {number} ", StringComparison.Ordinal)
            || line == $"## {number}");
        Assert.True(heading >= 0, $"the form has no question {number}");
        Assert.Equal("", form[heading + 1]);
        return form[heading + 2];
    }
}
