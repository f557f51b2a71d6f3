// SPDX-License-Identifier: MIT
// MLflow never sends names of users, of their own tools and libraries, values, models or code. The same search must
// find them in a build that leaks them on purpose.

using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlflowNeverSentTests
{
    const string User = "Quirinus Zwiebelkuchen";
    const string Project = "umlaufbahn-geheimprojekt";
    const string Assembly = "Raumfahrt.Entfernungsmesser";
    const string Secret = "mondkalb-werke.test";

    // The classes of samples/mlflow/Example/OwnModels.cs.
    static readonly string[] OwnClasses = ["AcmePriceModel", "AcmeToneScorer", "AcmeRankOptimizer", "AcmeToneOptimizer"];

    static readonly LeakSearch Names = new([User, Project, Assembly, Secret, .. OwnClasses]);

    static readonly string[] Verbs =
    [
        "tour", "--server", "+", "create-run", "--load", Assembly, "--use-mathnet", "+", "get-logged-model", "+",
        "genai-evaluate", "--own-scorers", $"{Project},faithfulness", "--predict", "+", "optimize-prompts", "--own",
        "+", "align-judge", "--own", "+", "log-model", "--kind", "PythonModel", "--flavor", Project, "--given",
        "pip_requirements,code_paths,params,metadata", "+", "make-judge", "--model", $"{Project}:{Secret}", "+",
        "autolog", "--flavor", Project, "+", "ai-command", "--key", Project, "+", "create-webhook", "--events",
        Project, "--url", $"https://{Secret}/hook", "+", "log-assessment", "--source", Project, "+",
        "gateway-create-endpoint", "--strategy", Project, "--models", Project, "+", "gateway-create-secret",
        "--provider", Project, "+", "gateway-list-endpoints", "--provider", Secret,
    ];

    [Fact]
    [Claim("MLFLOW-19", "MLFLOW-15", "MLFLOW-05")]
    public async Task No_name_of_a_user_tool_or_library_no_value_model_or_code_is_spooled_sent_or_stored()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        var run = await Use(collector, program: null, leak: null, Verbs);
        Assert.Equal(0, await collector.Stop());
        var rows = await collector.Events("mlflow");
        var text = JsonSerializer.Serialize(rows);

        // Control: everything else about these calls was recorded, sent and stored.
        Assert.Contains("custom_scorer", run.Wire, StringComparison.Ordinal);
        Assert.Contains("\"other\"", run.Wire, StringComparison.Ordinal);
        Assert.True(rows.Count > 50, $"{rows.Count} events");
        var imports = rows.Where(row => row["event"].GetString() is "create_run" or "get_logged_model")
            .Select(row => row["imports"].GetRawText()).ToList();
        Assert.Contains("[\"MathNet.Numerics\"]", imports);
        Assert.Contains("[]", imports);
        Assert.Equal(2, imports.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(run.Found.Concat(Names.FindIn("rows", Encoding.UTF8.GetBytes(text)))
            .Concat(Names.FindBelow(collector.Data)));
    }

    [Theory]
    [InlineData("user-text-spool")]
    [InlineData("path-hex-spool")]
    [InlineData("name-base64-spool")]
    [InlineData("scorer-text-spool")]
    [InlineData("optimizer-base64-spool")]
    [InlineData("model-text-wire")]
    [InlineData("tracking-hex-wire")]
    [InlineData("name-sha256-wire")]
    [Claim("MLFLOW-19", "MLFLOW-15")]
    public async Task The_search_finds_each_name_that_a_leaking_build_sends_and_the_collector_stores_none(string leak)
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        var run = await Use(collector, SampleTool.Mlflow.LeakingPath, leak, ["genai-evaluate"]);
        run.AssertFound(leak);
        Assert.Equal(0, await collector.Stop());
        var rows = JsonSerializer.Serialize(await collector.Events("mlflow"));
        Assert.Contains("relevance_to_query", rows, StringComparison.Ordinal);
        Assert.Empty(Names.FindIn("rows", Encoding.UTF8.GetBytes(rows)).Concat(Names.FindBelow(collector.Data)));
    }

    /// <summary>
    /// Runs verbs for a user and in a project with these names, against a server of the same user; searches everything
    /// that was stored for telemetry and sent.
    /// </summary>
    static async Task<LeakRun> Use(
        RunningCollector collector, string? program, string? leak, string[] verbs)
    {
        await using var relay = new RecordingRelay(collector);
        using var home = new MlflowHome(relay.Endpoint, program, User);
        foreach (var name in (string[])["USER", "LOGNAME", "USERNAME"])
            home.Environment[name] = User;
        home.Environment["HOSTNAME"] = Project;
        home.Environment["MLFLOW_EXAMPLE_NAME"] = Project;
        home.WorkingFolder = Directory.CreateDirectory(Path.Combine(home.Folder, Project)).FullName;
        await home.SetUp();
        await using (var tracker = await RunningTracker.Start(home))
        {
            if (leak is not null)
                home.Environment["MLFLOW_LEAK"] = leak;
            if (leak?.StartsWith("tracking", StringComparison.Ordinal) == true)
                home.TrackingUri = $"file:{home.WorkingFolder}/runs";
            await home.Run(verbs);
            home.Environment.Remove("MLFLOW_LEAK");
            Assert.Equal(0, (await tracker.Stop()).ExitCode);
        }

        return await LeakRun.End(Names, home, relay);
    }
}
