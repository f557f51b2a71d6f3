// SPDX-License-Identifier: MIT
// The foundation review of MLflow: the generated form has both tables of the form, and their elements are recorded.

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlflowReviewClaims
{
    // The metadata of GenAI functions: the fields of the second table.
    const string Metadata = "Metadata about GenAI functions usage";

    [Fact]
    [Claim("LF-01")]
    public async Task The_forms_first_table_has_every_element_with_the_documents_three_answers()
    {
        using var home = new MlflowHome();
        var rows = await Tables(home);
        var elements = MlflowDocument.Form.GetProperty("table1").EnumerateArray().ToList();
        Assert.Equal(MlflowDocument.Table1.Keys.Append(Metadata).Order(StringComparer.Ordinal),
            elements.Select(e => e.Text("element")).Order(StringComparer.Ordinal));
        foreach (var element in elements)
        {
            string[] answers = [.. new[] { "personal", "identifier", "sensitive" }
                .Select(name => element.GetProperty(name).GetBoolean() ? "Yes" : "No")];
            var fields = element.Text("element") == Metadata
                ? MlflowDocument.Form.GetProperty("table2").EnumerateArray().Select(row => row.Text("element"))
                    .Select(MlflowDocument.FieldOf).Except(["status"])
                : MlflowDocument.Table1[element.Text("element")];
            foreach (var field in fields)
            {
                var row = Assert.Single(rows, row => row.Length == 5
                    && row[0] == (field == "event" ? "name of the event" : $"`{field}`"));
                Assert.Equal(answers, row[1..4]);
                Assert.NotEqual("", row[4]);
                foreach (var value in ValuesOf(element))
                    Assert.Contains($"`{value}`", row[4], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    [Claim("LF-02")]
    public async Task The_forms_second_table_has_every_row_and_every_value_of_the_document()
    {
        using var home = new MlflowHome();
        var rows = await Tables(home);
        var documented = MlflowDocument.Form.GetProperty("table2").EnumerateArray().ToList();
        Assert.Equal(15, documented.Count);
        foreach (var declared in documented)
        {
            var (api, element) = (declared.Text("api"), declared.Text("element"));
            var row = Assert.Single(rows, row => row.Length == 4
                && row[0] == $"`{MlflowDocument.EventOf(api)}`"
                && row[1].Trim('`') == MlflowDocument.FieldOf(element));
            Assert.Equal(declared.Text("kind"), row[2]);
            var printed = row[3].Split(", ").Select(value => value.Trim('`').ToLowerInvariant()).ToList();
            foreach (var value in ValuesOf(declared))
                Assert.Contains(value.ToLowerInvariant(), printed);
        }
    }

    [Fact]
    [Claim("LF-14")]
    public async Task The_elements_of_both_tables_are_recorded_and_optional_arguments_only_as_given_or_not()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        string[] optional = ["pip_requirements", "extra_pip_requirements", "code_paths", "params", "metadata"];
        var model = Path.Combine(home.Folder, "model.bin");
        await File.WriteAllTextAsync(model, "weights", TestContext.Current.CancellationToken);
        foreach (var kind in ValuesOfRow("log_model", "model"))
        {
            var e = (await home.Record($"log-model --kind {kind} --file {model}")).Single(e => e.Name == "log_model");
            Assert.Equal(kind, e.Word("model"));
            Assert.All(optional, name => Assert.Equal(JsonValueKind.False, e[name].ValueKind));
        }

        foreach (var flavor in ValuesOfRow("log_model", "flavor"))
            home.Environment["MLFLOW_EXAMPLE_NAME"] = "umlauf";
        var flavors = ValuesOfRow("log_model", "flavor").ToList();
        var events = await home.Record(string.Join(" + ", flavors.Select(flavor =>
            $"log-model --flavor {flavor} --given {string.Join(',', optional)}")));
        var logged = events.Where(e => e.Name == "log_model").ToList();
        Assert.Equal(flavors, logged.Select(e => e.Word("flavor")!));
        Assert.All(logged, e => Assert.All(optional, name => Assert.Equal(JsonValueKind.True, e[name].ValueKind)));
        Assert.All(events, e => Assert.DoesNotContain("umlauf", e.Text, StringComparison.Ordinal));

        flavors = [.. ValuesOfRow("autolog", "flavor")];
        events = await home.Record(string.Join(" + ", flavors.Select(flavor => $"autolog --flavor {flavor} --models")));
        Assert.Equal(flavors, events.Select(e => e.Word("flavor")!));
        Assert.All(events, e => Assert.Equal(["false", "true", "true"],
            new[] { "disable", "log_traces", "log_models" }.Select(name => e[name].GetRawText())));

        var scorers = ValuesOfRow("genai.evaluate Scorers", "scorers").ToList();
        var evaluated = Assert.Single(await home.Record(
            $"genai-evaluate --scorers {string.Join(',', scorers.SkipLast(1))} --own-scorers umlauf --predict"));
        Assert.Equal(scorers.Order(StringComparer.Ordinal),
            evaluated["builtin_scorers"].EnumerateArray().Select(v => v.GetString()!));
        Assert.Equal(JsonValueKind.True, evaluated["predict_fn"].ValueKind);
    }

    [Fact]
    [Claim("LF-14")]
    public async Task The_backend_store_is_recorded_by_the_forms_names()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var files = await home.Record("create-prompt");
        await using var tracker = await RunningTracker.Start(home);
        var rest = await home.Record("create-prompt");
        await tracker.Stop();
        var server = home.Recorded().Where(e => e.Name == "gateway_start");
        Assert.Equal(
            MlflowDocument.Form.GetProperty("table1").EnumerateArray()
                .Single(e => e.Text("element") == "Backend store").GetProperty("values").EnumerateArray()
                .Select(v => v.GetString()),
            files.Concat(server).Concat(rest).Select(e => e.Word("backend_store")));
    }

    static IEnumerable<string> ValuesOfRow(string api, string element) => ValuesOf(
        MlflowDocument.Form.GetProperty("table2").EnumerateArray()
            .Single(row => row.Text("api") == api && row.Text("element") == element));

    static IEnumerable<string> ValuesOf(JsonElement row) => row.TryGetProperty("values", out var values)
        ? values.EnumerateArray().Select(v => v.GetString()!) : [];

    /// <summary>The cells of every row of the generated form. The example has the same manifest in it.</summary>
    static async Task<IReadOnlyList<string[]>> Tables(MlflowHome home)
    {
        Assert.Equal(0, (await home.Telemetry("show")).ExitCode);
        var form = await Product.Run(
            Product.Tallymark, ["review", SampleTool.Mlflow.ManifestFile], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.True(form.ExitCode == 0, form.Errors);
        return [.. form.Output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line[2..^2].Split(" | "))];
    }
}
