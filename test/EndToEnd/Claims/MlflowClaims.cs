// SPDX-License-Identifier: MIT
// The events of MLflow's usage page, recorded by real programs and a real server, and read from the store.

using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlflowClaims
{
    // The columns that the collector and the SDK add to every event (spec/manifest.md).
    static readonly string[] OwnColumns = [
        "event", "time", "status", "manifest", "received", "withheld", "counts", "network", "provenance", "batch",
        "tool", "agreed"];

    // Each call has the values of the document's own example. The server records the events of the gateway.
    static readonly string[] Calls = [
        "create-experiment", "create-run --experiment 0 --use-mathnet", "create-logged-model --flavor langchain",
        "get-logged-model", "create-registered-model", "create-model-version", "create-prompt", "load-prompt --alias",
        "trace", "log-assessment --type feedback --source CODE", "evaluate",
        "create-webhook --events model_version.created", "genai-evaluate --scorers relevance_to_query",
        "optimize-prompts --prompts 5 --scorers 1", "log-dataset", "log-metric --async", "log-param",
        "log-batch --of params --async", "judge --provider databricks", "make-judge --model openai:gpt-4o",
        "align-judge --traces 100", "ai-command --key genai/analyze_experiment",
        "gateway-create-endpoint --fallback --models echo,openai", "gateway-update-endpoint",
        "gateway-delete-endpoint", "gateway-get-endpoint", "gateway-list-endpoints --provider openai",
        "gateway-create-secret --provider openai", "gateway-update-secret", "gateway-delete-secret",
        "gateway-list-secrets", "gateway-invoke --type mlflow_chat_completions --stream",
        "log-model --flavor sklearn --kind ChatModel"];

    [Fact]
    [Claim("MLFLOW-03", "MLFLOW-04", "LF-14")]
    public async Task Every_event_of_the_page_is_stored_with_exactly_its_parameters()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        using var home = new MlflowHome(collector.Endpoint);
        await home.SetUp();
        await using (var tracker = await RunningTracker.Start(home))
        {
            await home.Example(string.Join(" + ", Calls));

            // No library of that name is hooked into, so the call fails and is recorded as that.
            Assert.Equal(1, (await home.Run("autolog", "--flavor", "openai")).ExitCode);
            await SendTraces(tracker.Address, "MLFLOW_PYTHON_CLIENT", 3);
            Assert.Equal((0, ""), await tracker.Stop());
        }

        await home.Upload();
        Assert.Empty(home.Lines("spool"));
        Assert.Equal(0, await collector.Stop());
        var stored = (await collector.Events("mlflow")).GroupBy(row => row["event"].GetString()!)
            .ToDictionary(rows => rows.Key, rows => rows.ToList(), StringComparer.Ordinal);
        Assert.Equal(36, MlflowDocument.Events.Count());
        foreach (var declared in MlflowDocument.Events.Where(e => e.Text("name") != "ui_event"))
            AssertStored(declared, stored);

        // No event exists that no document has.
        Assert.Empty(stored.Keys.Except(MlflowDocument.Events.Select(e => e.Text("name")))
            .Except(MlflowDocument.OwnEvents));
    }

    [Fact]
    [Claim("MLFLOW-02")]
    public async Task Each_record_has_the_common_elements_with_the_values_of_the_page()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var began = Nanoseconds(DateTime.UtcNow);
        var run = (await home.Record("log-metric + log-metric --async + create-run --experiment 99")).ToList();
        var ended = Nanoseconds(DateTime.UtcNow);
        Assert.Equal(["success", "unknown", "failure"], run.Select(e => e.Status));
        Assert.Equal(
            MlflowDocument.Page.GetProperty("common").EnumerateArray().Select(e => e.Text("element")),
            MlflowDocument.Common.Keys.Append("Parameters (boolean or enumerated values)"));
        foreach (var e in run)
        {
            foreach (var field in MlflowDocument.Common.Values.SelectMany(f => f).Except(["event", "status", "time"]))
                Assert.True(e[field].ValueKind is JsonValueKind.String or JsonValueKind.Number, $"{field}: {e.Text}");
            Assert.Empty(e.FieldNames.Except(MlflowDocument.Common.Values.SelectMany(f => f))
                .Except(MlflowDocument.OwnCommonFields).Except(["synchronous", "imports", "experiment_id"]));
            Assert.Matches(@"\.\d{9}Z$", e.Time);
            Assert.InRange(Nanoseconds(e.Time), began, ended);
            Assert.InRange(e["duration"].GetInt64(), 0, (ended - began) / 1_000_000);
            Assert.Equal("mlflow", e.Word("source_sdk"));
            Assert.Equal("3.7.0", e.Word("mlflow_version"));
            Assert.Equal(Environment.Version.ToString(3), e.Word("runtime_version"));
            Assert.Equal("linux", e.Word("os"));
        }
    }

    [Fact]
    [Claim("MLFLOW-02", "MLFLOW-15")]
    public async Task The_scheme_of_the_tracking_URI_is_one_of_the_list_or_custom_scheme_or_none()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var documented = MlflowDocument.Page.GetProperty("common").EnumerateArray()
            .Single(e => e.Text("element") == "Tracking URI Scheme").GetProperty("values").EnumerateArray()
            .Select(v => v.GetString()!).ToList();
        var recorded = new List<string>();
        foreach (var scheme in documented)
        {
            home.TrackingUri = scheme switch
            {
                "None" => Path.Combine(home.Folder, "plain"),
                "file" => $"file:{home.Folder}/files",
                "custom_scheme" => "geheim-store://lager.mondkalb.test/umlauf",
                _ => $"{scheme}://127.0.0.1:9/umlauf",
            };
            var e = Assert.Single(await home.Record("create-experiment"));
            Assert.Equal(scheme is "None" or "file" ? "success" : "failure", e.Status);
            Assert.DoesNotContain("umlauf", e.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", e.Text, StringComparison.Ordinal);
            recorded.Add(e.Word("tracking_uri_scheme")!);
        }

        Assert.Equal(documented, recorded.Select(scheme => scheme == "none" ? "None" : scheme));
        Assert.DoesNotContain("geheim", string.Concat(home.Lines("spool")), StringComparison.Ordinal);
    }

    [Fact]
    [Claim("MLFLOW-01")]
    public async Task A_start_is_a_session_and_the_installation_id_lasts()
    {
        using var home = new MlflowHome();
        using var other = new MlflowHome();
        await home.SetUp();
        await other.SetUp();
        var first = await home.Record("log-metric + log-param");
        var second = await home.Record("log-metric");
        var stranger = await other.Record("log-metric");
        Assert.Equal(2, first.Count);
        var session = Assert.Single(first.Select(e => e.Word("session_id")).Distinct(StringComparer.Ordinal))!;
        Assert.Equal('4', Guid.Parse(session).ToString()[14]);
        Assert.NotEqual(session, second[0].Word("session_id"));
        var installation = Assert.Single(
            first.Concat(second).Select(e => e.Word("installation_id")).Distinct(StringComparer.Ordinal));
        Assert.Matches("^[0-9a-f]{64}$", installation);
        Assert.NotEqual(installation, stranger[0].Word("installation_id"));

        // Both are random: a user with the same name, on the same machine, in the same folder gets others.
        Assert.Equal(3, first.Concat(second).Concat(stranger).Select(e => e.Word("session_id"))
            .Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    [Claim("MLFLOW-06")]
    public async Task The_experiment_of_the_variable_is_a_parameter_of_every_event()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        foreach (var (value, recorded) in ((string, string?)[])[
            ("7", "7"), ("774db636-5cfa-4ce8-8f56-7e7126dc3439", "774db636-5cfa-4ce8-8f56-7e7126dc3439"),
            ("geheimprojekt", null)])
        {
            home.Environment["MLFLOW_EXPERIMENT_ID"] = value;
            await using var tracker = await RunningTracker.Start(home);
            var events = await home.Record("log-metric + genai-evaluate + gateway-list-endpoints + create-run --experiment 99");
            await tracker.Stop();
            events = [.. home.Recorded().Where(e => events.All(known => known.Text != e.Text)), .. events];
            Assert.Contains(events, e => e.Name == "gateway_start");
            Assert.Contains(events, e => e.Status == "failure");
            Assert.All(events, e => Assert.Equal(
                recorded, e["mlflow_experiment_id"] is { ValueKind: JsonValueKind.String } id ? id.GetString() : null));
            Directory.Delete(Path.Combine(home.State, "spool"), recursive: true);
        }

        home.Environment.Remove("MLFLOW_EXPERIMENT_ID");
        home.TrackingUri = Path.Combine(home.Folder, "files");
        Assert.DoesNotContain("mlflow_experiment_id", Assert.Single(await home.Record("log-metric")).FieldNames);
    }

    [Fact]
    [Claim("MLFLOW-04", "LF-14")]
    public async Task Parameters_are_values_of_closed_lists_and_a_users_own_value_becomes_a_general_one()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        await using var tracker = await RunningTracker.Start(home);
        await home.Record(
            "log-model --flavor umlauf --given code_paths,params + genai-evaluate --scorers faithfulness --own-scorers umlauf,relevance --predict"
            + " + optimize-prompts --own + align-judge --own + make-judge --model umlauf:modell + make-judge --model umlauf"
            + " + autolog --flavor umlauf --disable + ai-command --key umlauf + log-assessment --source UMLAUF"
            + " + create-webhook --events umlauf,prompt.created + gateway-create-endpoint --strategy UMLAUF"
            + " + gateway-create-secret --provider umlauf + autolog --models --no-traces");
        await tracker.Stop();
        var all = home.Recorded();
        Assert.DoesNotContain("umlauf", string.Concat(all.Select(e => e.Text)), StringComparison.OrdinalIgnoreCase);
        foreach (var (name, field, value) in ((string, string, string)[])[
            ("log_model", "flavor", "\"other\""), ("log_model", "model", "\"object\""),
            ("log_model", "pip_requirements", "false"), ("log_model", "extra_pip_requirements", "false"),
            ("log_model", "code_paths", "true"), ("log_model", "params", "true"), ("log_model", "metadata", "false"),
            ("genai_evaluate", "builtin_scorers", "[\"custom_scorer\",\"faithfulness\"]"),
            ("genai_evaluate", "predict_fn", "true"), ("prompt_optimization", "optimizer_type", "\"other\""),
            ("align_judge", "optimizer_type", "\"other\""), ("make_judge", "model_provider", "\"other\""),
            ("autologging", "flavor", "\"other\""), ("autologging", "disable", "true"),
            ("ai_command_run", "command_key", "\"other\""), ("log_assessment", "source_type", "\"other\""),
            ("create_webhook", "events", "[\"other\",\"prompt.created\"]"),
            ("gateway_create_endpoint", "routing_strategy", "\"other\""),
            ("gateway_create_secret", "provider", "\"other\"")])
            Assert.Equal(value, all.First(e => e.Name == name)[field].GetRawText());

        // A model without a provider has none; an unlisted event name is the only thing that a webhook's name becomes.
        Assert.Equal(JsonValueKind.Undefined, all.Last(e => e.Name == "make_judge")["model_provider"].ValueKind);
        var autolog = all.Last(e => e.Name == "autologging");
        Assert.Equal(("httpclient", "true", "false"),
            (autolog.Word("flavor"), autolog["log_models"].GetRawText(), autolog["log_traces"].GetRawText()));
        Assert.Equal(["failure", "failure"],
            all.Where(e => e.Name is "ai_command_run" || e["disable"].ValueKind == JsonValueKind.True)
                .Select(e => e.Status));
    }

    static void AssertStored(JsonElement declared, Dictionary<string, List<Dictionary<string, JsonElement>>> stored)
    {
        var name = declared.Text("name");
        Assert.True(stored.TryGetValue(name, out var rows), $"{name} is not stored");
        var row = rows![^1];
        var parameters = declared.GetProperty("parameters").EnumerateArray()
            .ToDictionary(p => MlflowDocument.ParameterOf(p.Text("name")), StringComparer.Ordinal);
        var common = MlflowDocument.Common.Values.SelectMany(f => f).Concat(MlflowDocument.OwnCommonFields)
            .Concat(OwnColumns);
        Assert.Equal(
            parameters.Keys.Concat(MlflowDocument.FormFields.GetValueOrDefault(name, [])).Order(StringComparer.Ordinal),
            row.Keys.Except(common).Order(StringComparer.Ordinal));
        foreach (var (field, parameter) in parameters)
            AssertValue($"{name}.{field}", parameter, rows.Select(r => r[field]).ToList());
    }

    /// <summary>One of the rows has the document's example, as far as it can be ours too.</summary>
    static void AssertValue(string where, JsonElement parameter, List<JsonElement> values)
    {
        var example = parameter.GetProperty("example");
        var expected = where switch
        {
            // A Python package; and a boolean where the words say a type (docs/adr/0021-mlflow.md).
            "create_run.imports" => "[\"MathNet.Numerics\"]",
            "get_logged_model.imports" => "[\"MathNet.Numerics\"]",
            "prompt_optimization.optimizer_type" => "\"CandidateOptimizer\"",
            _ => example.GetRawText().Replace(" ", "", StringComparison.Ordinal),
        };
        Assert.Contains(Unquoted(expected), values.Select(v => Unquoted(v.GetRawText())));
        Assert.All(values, value => Assert.True(
            value.ValueKind == JsonValueKind.Null || IsOfKind(parameter.Text("kind"), value), $"{where}: {value}"));
    }

    static bool IsOfKind(string kind, JsonElement value) => kind switch
    {
        "boolean" => value.ToString() is "True" or "False" or "true" or "false",
        "count" => IsNumber(value.ToString()),
        "identifier" => IsNumber(value.ToString()) || Guid.TryParseExact(value.ToString(), "D", out _),
        "enum" => value.ValueKind == JsonValueKind.String,
        "enum-set" => value.ValueKind == JsonValueKind.Array,
        _ => false,
    };

    // The store's reader gives whole numbers as text.
    static string Unquoted(string json) => json.Replace("\n", "", StringComparison.Ordinal).Trim('"');

    static bool IsNumber(string text) => ulong.TryParse(text, CultureInfo.InvariantCulture, out _);

    static async Task SendTraces(string server, string client, int count)
    {
        using var http = new HttpClient();
        var traces = Enumerable.Range(0, count).Select(i => $$"""
            {"trace_id":"{{Guid.NewGuid():N}}","experiment_id":"0","spans":[{"name":"ask","start_time":{{i}},
            "end_time":{{i + 1}},"inputs":"","outputs":""}]}
            """);
        using var body = new StringContent(
            $"[{string.Join(',', traces)}]", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        body.Headers.Add("X-Mlflow-Client", client);
        using var reply = await http.PostAsync(
            new Uri($"{server}/api/3.0/mlflow/traces"), body, TestContext.Current.CancellationToken);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken));
    }

    static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    static long Nanoseconds(string time) => Nanoseconds(DateTime.Parse(
        time[..^3] + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
}
