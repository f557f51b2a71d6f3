// SPDX-License-Identifier: MIT
using System.Globalization;
using Mlflow.Entities;

namespace Mlflow.Stores;

/// <summary>A store in a local folder, one JSON document for each thing.</summary>
sealed class FileStore(string folder) : ITrackingStore
{
    readonly JsonFiles _files = new(folder);

    public Task<string> CreateExperiment(string name)
    {
        var all = _files.Update<List<Experiment>>("experiments", known =>
        {
            known ??= [];
            if (known.Any(e => e.Name == name))
                throw new MlflowException($"The experiment '{name}' exists already in {folder}.");
            return [.. known, new Experiment(known.Count.ToString(CultureInfo.InvariantCulture), name)];
        });
        return Task.FromResult(all[^1].ExperimentId);
    }

    public Task<IReadOnlyList<Experiment>> ListExperiments() =>
        Task.FromResult<IReadOnlyList<Experiment>>(_files.Read<List<Experiment>>("experiments") ?? []);

    public async Task<Run> CreateRun(string experimentId)
    {
        if ((await ListExperiments()).All(e => e.ExperimentId != experimentId))
            throw new MlflowException($"There is no experiment {experimentId} in {folder}.");
        var run = new Run(NewId(), experimentId, Now());
        _files.Write($"runs/{run.RunId}", new RunData(run, new RunBatch([], [], []), []));
        return run;
    }

    public Task<IReadOnlyList<Run>> ListRuns(string experimentId) =>
        Task.FromResult<IReadOnlyList<Run>>([.. _files.List<RunData>("runs").Select(data => data.Run)
            .Where(run => run.ExperimentId == experimentId).OrderBy(run => run.StartTime)]);

    public Task<RunData> GetRun(string runId) => Task.FromResult(Found(_files.Read<RunData>(RunFile(runId)), runId));

    public Task LogBatch(string runId, RunBatch batch)
    {
        _files.Update<RunData>(RunFile(runId), found =>
        {
            var run = Found(found, runId);
            return run with
            {
                Data = new RunBatch(
                    [.. run.Data.Metrics, .. batch.Metrics],
                    [.. run.Data.Params, .. batch.Params.Where(p => run.Data.Params.All(old => old.Key != p.Key))],
                    [.. run.Data.Tags.Where(old => batch.Tags.All(t => t.Key != old.Key)), .. batch.Tags]),
            };
        });
        return Task.CompletedTask;
    }

    public Task LogDataset(string runId, Dataset dataset)
    {
        _files.Update<RunData>(RunFile(runId), run =>
            Found(run, runId) with { Datasets = [.. run!.Datasets, dataset] });
        return Task.CompletedTask;
    }

    public Task<LoggedModel> CreateLoggedModel(LoggedModel model)
    {
        var saved = model with { ModelId = NewId() };
        _files.Write($"models/{saved.ModelId}", saved);
        return Task.FromResult(saved);
    }

    public Task<LoggedModel> GetLoggedModel(string modelId) =>
        Task.FromResult(Found(_files.Read<LoggedModel>($"models/{JsonFiles.NameOf(modelId)}"), modelId));

    public Task CreateRegisteredModel(string name)
    {
        _files.Update<List<ModelVersion>>(RegisteredFile(name), known => known is null
            ? [] : throw new MlflowException($"The registered model '{name}' exists already in {folder}."));
        return Task.CompletedTask;
    }

    public Task<ModelVersion> CreateModelVersion(string name, string source)
    {
        var versions = _files.Update<List<ModelVersion>>(RegisteredFile(name), known =>
            [.. Found(known, name), new ModelVersion(name, known!.Count + 1, source)]);
        return Task.FromResult(versions[^1]);
    }

    public Task<Prompt> CreatePrompt(string name, string template)
    {
        var prompt = _files.Update<PromptFile>(PromptPath(name), known =>
        {
            var versions = known?.Versions ?? [];
            return new PromptFile([.. versions, new Prompt(name, versions.Count + 1, template)], known?.Aliases ?? []);
        });
        return Task.FromResult(prompt.Versions[^1]);
    }

    public Task<Prompt> GetPrompt(string name, string versionOrAlias)
    {
        var file = Found(_files.Read<PromptFile>(PromptPath(name)), name);
        var version = file.Aliases.TryGetValue(versionOrAlias, out var named) ? named
            : int.TryParse(versionOrAlias, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return Task.FromResult(Found(file.Versions.Find(p => p.Version == version), $"{name}/{versionOrAlias}"));
    }

    public Task SetPromptAlias(string name, string alias, int version)
    {
        _files.Update<PromptFile>(PromptPath(name), known =>
        {
            Found(known, name).Aliases[alias] = version;
            return known!;
        });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Prompt>> ListPrompts() =>
        Task.FromResult<IReadOnlyList<Prompt>>([.. _files.List<PromptFile>("prompts").Select(p => p.Versions[^1])]);

    public Task SaveTraces(IReadOnlyList<Trace> traces)
    {
        foreach (var trace in traces)
            _files.Write(TraceFile(trace.TraceId), new AssessedTrace(trace, []));
        return Task.CompletedTask;
    }

    public Task<Trace> GetTrace(string traceId) =>
        Task.FromResult(Found(_files.Read<AssessedTrace>(TraceFile(traceId)), traceId).Trace);

    public Task SaveAssessment(string traceId, Assessment assessment)
    {
        _files.Update<AssessedTrace>(TraceFile(traceId), known =>
            Found(known, traceId) with { Assessments = [.. known!.Assessments, assessment] });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Assessment>> ListAssessments(string traceId) =>
        Task.FromResult(Found(_files.Read<AssessedTrace>(TraceFile(traceId)), traceId).Assessments);

    public Task<Webhook> CreateWebhook(Webhook webhook)
    {
        var saved = webhook with { WebhookId = NewId() };
        _files.Write($"webhooks/{saved.WebhookId}", saved);
        return Task.FromResult(saved);
    }

    static string NewId() => Guid.NewGuid().ToString("N");

    static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    static string RunFile(string runId) => $"runs/{JsonFiles.NameOf(runId)}";

    static string RegisteredFile(string name) => $"registered/{JsonFiles.NameOf(name)}";

    static string PromptPath(string name) => $"prompts/{JsonFiles.NameOf(name)}";

    static string TraceFile(string traceId) => $"traces/{JsonFiles.NameOf(traceId)}";

    T Found<T>(T? value, string name)
        where T : class => value ?? throw new MlflowException($"There is no '{name}' in {folder}.");

    sealed record PromptFile(List<Prompt> Versions, Dictionary<string, int> Aliases);

    sealed record AssessedTrace(Trace Trace, IReadOnlyList<Assessment> Assessments);
}
