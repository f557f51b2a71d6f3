// SPDX-License-Identifier: MIT
// MLflow's promises about what users can read: every element, and every network call.

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlflowDocumentationClaims
{
    const string Endpoint = "https://mlflow-telemetry.example/v1/batches";

    [Fact]
    [Claim("MLFLOW-21")]
    public async Task Every_element_is_documented_with_explanation_example_and_reason()
    {
        using var home = new MlflowHome();
        var shown = JsonDocument.Parse((await home.Telemetry("show", "--json")).Output).RootElement;
        var dictionary = await File.ReadAllTextAsync(
            Path.Combine(Product.Root, "samples/mlflow/docs/dictionary.md"), TestContext.Current.CancellationToken);
        var events = shown.GetProperty("events").EnumerateArray()
            .ToDictionary(e => e.Text("name"), StringComparer.Ordinal);
        foreach (var declared in MlflowDocument.Events)
        {
            var name = declared.Text("name");
            var section = Section(dictionary, name);
            Assert.NotEqual("", events[name].Text("why"));
            Assert.Contains(events[name].Text("why"), section, StringComparison.Ordinal);
            var fields = events[name].GetProperty("fields").EnumerateArray()
                .ToDictionary(f => f.Text("name"), StringComparer.Ordinal);
            foreach (var common in MlflowDocument.Common.Values.SelectMany(f => f).Except(["event", "status", "time"]))
                AssertDocumented(fields[common], dictionary);
            foreach (var parameter in declared.GetProperty("parameters").EnumerateArray()
                .Select(p => MlflowDocument.ParameterOf(p.Text("name"))).Except(["timestamp_ns"]))
                AssertDocumented(fields[parameter], section);
        }

        // It documents this version: the page is what the built manifest generates.
        var generated = await Product.Run(
            Product.Tallymark, ["dictionary", SampleTool.Mlflow.ManifestFile], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.Equal(generated.Output, dictionary);
        Assert.Equal("3.7.0", (await Recorded(home)).Word("mlflow_version"));
    }

    [Fact]
    [Claim("MLFLOW-18")]
    public async Task Users_read_and_watch_every_network_call_to_the_one_documented_endpoint()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        await using var relay = new RecordingRelay(collector);
        using var home = new MlflowHome(relay.Endpoint);
        await home.SetUp();
        await home.Example("create-prompt + log-metric");
        var preview = await home.Telemetry("preview");
        var trace = Path.Combine(home.Folder, "trace");
        var upload = await Product.Run(
            "strace", ["-f", "-qq", "-e", "trace=connect", "-o", trace, home.Tool, "telemetry", "upload"],
            home.Environment, TestContext.Current.CancellationToken);
        Assert.True(upload.ExitCode == 0, upload.Errors);

        // Connections go to the proxy to the endpoint alone, and `telemetry log` shows every line of them.
        var port = home.ProxyPort.ToString(CultureInfo.InvariantCulture);
        var connects = (await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken))
            .Where(line => line.Contains("AF_INET", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(connects);
        Assert.All(connects, line => Assert.Contains($"htons({port})", line, StringComparison.Ordinal));
        var sent = string.Concat((await relay.Close()).Select(Encoding.UTF8.GetString)).Split('\n')
            .Where(line => line.StartsWith("{\"tallymark\":1,\"tool\":\"mlflow\",\"manifest\"", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, sent.Count);
        var log = (await home.Telemetry("log")).Output;
        foreach (var line in sent)
        {
            Assert.Contains(line, log, StringComparison.Ordinal);
            Assert.Contains(line, preview.Output, StringComparison.Ordinal);
        }

        // Documented and fixed: no variable can name another endpoint, not even one on this machine.
        foreach (var other in (string[])["https://elsewhere.example/v1/batches", "http://127.0.0.1:9/v1/batches"])
        {
            home.Environment["TALLYMARK_ENDPOINT"] = other;
            Assert.Contains(
                $"Endpoint: {Endpoint}\n", (await home.Telemetry("status")).Output, StringComparison.Ordinal);
        }

        foreach (var page in (string[])["usage-tracking.md", "dictionary.md"])
            Assert.Contains(Endpoint, await File.ReadAllTextAsync(
                Path.Combine(Product.Root, "samples/mlflow/docs", page), TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
    }

    static void AssertDocumented(JsonElement field, string page)
    {
        var row = page.Split('\n').First(line =>
            line.StartsWith($"| `{field.Text("name")}` |", StringComparison.Ordinal));
        var cells = row.Split(" | ");
        Assert.NotEqual("", cells[2]);
        Assert.Equal(field.Text("why"), cells[3].Replace("\\", "", StringComparison.Ordinal));
        Assert.NotEqual("", cells[4].Trim('`'));
        Assert.NotEqual("", field.Text("example"));
    }

    static string Section(string page, string name)
    {
        var from = page.IndexOf($"\n### {name}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"{name} has no section");
        var to = page.IndexOf("\n### ", from + 5, StringComparison.Ordinal);
        return to < 0 ? page[from..] : page[from..to];
    }

    static async Task<MlflowEvent> Recorded(MlflowHome home)
    {
        await home.SetUp();
        return Assert.Single(await home.Record("create-prompt"));
    }
}
