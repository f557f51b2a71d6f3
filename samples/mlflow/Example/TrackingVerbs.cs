// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Example;

/// <summary>Experiments, runs, metrics, parameters, datasets, traces and webhooks.</summary>
static class TrackingVerbs
{
    public static readonly Dictionary<string, Func<Call, Task>> All = new()
    {
        ["create-experiment"] = async call => Console.WriteLine(await call.Client.CreateExperiment(Call.NewName)),
        ["create-run"] = CreateRun,
        ["log-metric"] = async call => await call.Client.LogMetric(
            await call.RunId(), Call.Name, 0.5, synchronous: !call.Options.Has("--async")),
        ["log-param"] = async call => await call.Client.LogParam(
            await call.RunId(), Call.Name, Call.Name, synchronous: !call.Options.Has("--async")),
        ["log-batch"] = LogBatch,
        ["log-dataset"] = async call => await call.Client.LogDataset(
            await call.RunId(), new Dataset(Call.Name, "5f0c6b9c", $"/home/{Call.Name}/data.csv")),
        ["trace"] = StartTrace,
        ["log-assessment"] = LogAssessment,
        ["create-webhook"] = async call => await call.Client.CreateWebhook(
            Call.Name, call.Options.Get("--url", $"http://127.0.0.1:9/{Call.Name}"),
            call.Options.List("--events", "model_version.created")),
    };

    static async Task CreateRun(Call call)
    {
        if (call.Options.Has("--use-mathnet"))
            Console.WriteLine(Assemblies.UseMathNet());
        if (call.Options.Has("--load"))
            Assemblies.Define(call.Options.Get("--load", ""));
        var run = await call.Client.CreateRun(await call.Experiment());
        Console.WriteLine($"{run.RunId} in {run.ExperimentId}");
    }

    static async Task LogBatch(Call call)
    {
        var kinds = call.Options.List("--of", "metrics,params,tags");
        var batch = new RunBatch(
            kinds.Contains("metrics") ? [new Metric(Call.Name, 0.25, 1, 0)] : [],
            kinds.Contains("params") ? [new Param(Call.Name, Call.Name)] : [],
            kinds.Contains("tags") ? [new Tag(Call.Name, Call.Name)] : []);
        await call.Client.LogBatch(await call.RunId(), batch, synchronous: !call.Options.Has("--async"));
    }

    static async Task StartTrace(Call call)
    {
        var trace = call.Client.StartTrace(await call.Experiment(), Call.Name, Call.Name);
        var said = await trace.AddSpan(Call.Name, Call.Name, text => Task.FromResult(text.ToUpperInvariant()));
        await trace.End(said);
        Console.WriteLine(trace.TraceId);
    }

    static async Task LogAssessment(Call call)
    {
        var source = call.Options.Get("--source", "HUMAN");
        if (call.Options.Get("--type", "feedback") == "feedback")
            await call.Client.LogFeedback(await call.TraceId(), Call.Name, Call.Name, source, Call.Name);
        else
            await call.Client.LogExpectation(await call.TraceId(), Call.Name, Call.Name, source);
    }
}
