// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Manifests.Tests;

/// <summary>The data dictionary is complete, as JSON and as Markdown.</summary>
public sealed class DictionaryTests
{
    [Fact]
    public void The_JSON_has_every_field_of_every_event()
    {
        var manifest = Some.Kmpkg();
        var json = Json(manifest);
        Assert.Equal(manifest.Fields.Select(f => f.Name), Names(json.GetProperty("fields")));
        Assert.Equal(manifest.Events.Select(e => e.Name), Names(json.GetProperty("events")));
        foreach (var (e, written) in manifest.Events.Zip(json.GetProperty("events").EnumerateArray()))
        {
            Assert.Equal(e.Why, written.GetProperty("why").GetString());
            Assert.Equal(e.Fields.Select(f => f.Name), Names(written.GetProperty("fields")));
        }
    }

    [Fact]
    public void The_JSON_has_every_property_of_a_field()
    {
        var fields = Json(Some.AllTypes()).GetProperty("events")[0].GetProperty("fields").EnumerateArray()
            .ToDictionary(f => f.GetProperty("name").GetString()!);
        var digest = fields["a_tool_digest"];
        Assert.Equal("digest", digest.GetProperty("type").GetString());
        Assert.Equal("tool", digest.GetProperty("salt").GetString());
        Assert.Equal("program", digest.GetProperty("filledBy").GetString());
        Assert.False(digest.GetProperty("published").GetBoolean());
        Assert.True(digest.GetProperty("review").GetProperty("personal").GetBoolean());
        Assert.True(digest.GetProperty("review").GetProperty("identifier").GetBoolean());
        Assert.False(digest.GetProperty("review").GetProperty("sensitive").GetBoolean());

        Assert.Equal("2030-01-31", fields["a_boolean"].GetProperty("until").GetString());
        Assert.Equal(["a", "b"], fields["an_enum"].GetProperty("values").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("big", fields["a_set"].GetProperty("list").GetString());
        Assert.Equal("none", fields["an_empty_set"].GetProperty("example").GetString());
        Assert.Equal([0, 1, 10, 100], fields["a_bucket"].GetProperty("buckets").EnumerateArray()
            .Select(b => b.GetInt64()));
        Assert.Equal("sdk", fields["a_session"].GetProperty("filledBy").GetString());
        Assert.Equal("collector", fields["a_country"].GetProperty("filledBy").GetString());
        Assert.Equal("id", fields["a_runtime_id"].GetProperty("part").GetString());
        Assert.All(fields.Values, f => Assert.NotEmpty(f.GetProperty("carries").GetString()!));
    }

    [Fact]
    public void The_dictionary_names_recipient_retention_and_contact()
    {
        var manifest = Some.AllTypes();
        var json = Json(manifest);
        Assert.Equal("Zoë & co. <the makers>", json.GetProperty("recipient").GetString());
        Assert.Equal(62, json.GetProperty("retentionDays").GetInt32());
        Assert.Equal("https://example.org/report?kind=leak", json.GetProperty("contact").GetString());
        Assert.Equal(Scope.IdOf(manifest), json.GetProperty("scope").GetString());
        Assert.Equal("off", json.GetProperty("consent").GetProperty("default").GetString());
        Assert.Equal(
            ["running `all-types telemetry off`", "running the setup again", "passing -x to all-types on the command line",
                "setting the environment variable ALL_OFF=1",
             "setting the environment variable ALL_PRESENT", "setting DO_NOT_TRACK=1"],
            json.GetProperty("consent").GetProperty("offBy").EnumerateArray().Select(w => w.GetString()));
        Assert.Equal("a_bucket", json.GetProperty("datasets")[0].GetProperty("columns")[2].GetProperty("from")
            .GetString());

        var page = DataDictionary.Markdown(manifest);
        foreach (var part in new[] { "| Received by | Zoë &amp; co. &lt;the makers> |", "| Kept for | 62 days |",
            "`https://example.org/report?kind=leak`", "ALL\\_OFF=1" })
            Assert.Contains(part, page);
    }

    [Fact]
    public void The_JSON_escapes_characters_for_JSON_and_for_a_page_that_embeds_it()
    {
        var manifest = Some.Plain(("recipient: the demo makers", """recipient: 'a "quoted" \ back, </script> & 😀'"""));
        Assert.Equal("""a "quoted" \ back, </script> & 😀""", Json(manifest).GetProperty("recipient").GetString());
        Assert.DoesNotContain("</script>", DataDictionary.Json(manifest));
    }

    [Fact]
    public void The_Markdown_page_has_a_row_for_every_field()
    {
        var manifest = Some.AllTypes();
        var lines = DataDictionary.Markdown(manifest).Split('\n');
        foreach (var field in manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields)))
        {
            var row = Assert.Single(lines, l => l.StartsWith($"| `{field.Name}` | ", StringComparison.Ordinal));
            Assert.Equal(9, row.Count(c => c == '|'));
            Assert.Contains(FieldTypes.NameOf(field.Type), row);
            Assert.Contains(field.Why, row);
            Assert.Contains($"| `{field.Example}` | {(field.Published ? "yes" : "no")} |", row);
        }
    }

    [Fact]
    public void A_bar_in_a_text_does_not_end_its_table_cell()
    {
        var page = DataDictionary.Markdown(Some.Plain(("why: To know the colour.", "why: a|b *c* <d> `e`")));
        Assert.Contains(@"| a\|b \*c\* &lt;d> \`e\` |", page);
    }

    [Fact]
    public void A_long_list_is_collapsed_and_complete()
    {
        var names = Enumerable.Range(100, 300).Select(i => "colour-" + i).ToArray();
        var manifest = Some.Plain(("[blue, green, red]", "[red, " + string.Join(", ", names) + "]"));
        var page = DataDictionary.Markdown(manifest);
        Assert.Contains("<details><summary>colours: 301 values</summary>", page);
        Assert.All(names, name => Assert.Contains($"`{name}`", page));
        Assert.Equal(301, Json(manifest).GetProperty("lists")[0].GetProperty("values").GetArrayLength());

        var inField = Some.Plain(("list: colours", "values: [red, " + string.Join(", ", names) + "]"),
            ("lists:\n  colours: [blue, green, red]\n", ""));
        Assert.Contains("<details><summary>Values of run.colour: 301 values</summary>",
            DataDictionary.Markdown(inField));
        Assert.Contains("301 values, below.", DataDictionary.Markdown(inField));
    }

    static JsonElement Json(ToolManifest manifest) => JsonDocument.Parse(DataDictionary.Json(manifest)).RootElement;

    static IEnumerable<string?> Names(JsonElement array) =>
        array.EnumerateArray().Select(f => f.GetProperty("name").GetString());
}
