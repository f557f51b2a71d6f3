// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Stores;

/// <summary>A store behind a tracking server.</summary>
sealed class RestStore(Uri server) : ITrackingStore
{
    internal ServerConnection Server { get; } = new(server);

    public async Task<string> CreateExperiment(string name) =>
        (await Server.Post<Experiment>(Routes.Experiments, new { Name = name })).ExperimentId;

    public Task<IReadOnlyList<Experiment>> ListExperiments() =>
        Server.Get<IReadOnlyList<Experiment>>(Routes.Experiments);

    public Task<Run> CreateRun(string experimentId) =>
        Server.Post<Run>(Routes.Runs, new { ExperimentId = experimentId });

    public Task<IReadOnlyList<Run>> ListRuns(string experimentId) =>
        Server.Get<IReadOnlyList<Run>>($"{Routes.Experiments}/{Escape(experimentId)}/runs");

    public Task<RunData> GetRun(string runId) => Server.Get<RunData>($"{Routes.Runs}/{Escape(runId)}");

    public Task LogBatch(string runId, RunBatch batch) =>
        Server.Post($"{Routes.Runs}/{Escape(runId)}/batches", batch);

    public Task LogDataset(string runId, Dataset dataset) =>
        Server.Post($"{Routes.Runs}/{Escape(runId)}/datasets", dataset);

    public Task<LoggedModel> CreateLoggedModel(LoggedModel model) =>
        Server.Post<LoggedModel>(Routes.LoggedModels, model);

    public Task<LoggedModel> GetLoggedModel(string modelId) =>
        Server.Get<LoggedModel>($"{Routes.LoggedModels}/{Escape(modelId)}");

    public Task CreateRegisteredModel(string name) => Server.Post(Routes.RegisteredModels, new { Name = name });

    public Task<ModelVersion> CreateModelVersion(string name, string source) =>
        Server.Post<ModelVersion>(Routes.ModelVersions, new { Name = name, Source = source });

    public Task<Prompt> CreatePrompt(string name, string template) =>
        Server.Post<Prompt>(Routes.Prompts, new { Name = name, Template = template });

    public Task<Prompt> GetPrompt(string name, string versionOrAlias) =>
        Server.Get<Prompt>($"{Routes.Prompts}/{Escape(name)}/{Escape(versionOrAlias)}");

    public Task SetPromptAlias(string name, string alias, int version) =>
        Server.Put($"{Routes.Prompts}/{Escape(name)}/aliases/{Escape(alias)}", new { Version = version });

    public Task<IReadOnlyList<Prompt>> ListPrompts() => Server.Get<IReadOnlyList<Prompt>>(Routes.Prompts);

    public Task SaveTraces(IReadOnlyList<Trace> traces) => Server.Post(Routes.Traces, traces);

    public Task<Trace> GetTrace(string traceId) => Server.Get<Trace>($"{Routes.Traces}/{Escape(traceId)}");

    public Task SaveAssessment(string traceId, Assessment assessment) =>
        Server.Post($"{Routes.Traces}/{Escape(traceId)}/assessments", assessment);

    public Task<IReadOnlyList<Assessment>> ListAssessments(string traceId) =>
        Server.Get<IReadOnlyList<Assessment>>($"{Routes.Traces}/{Escape(traceId)}/assessments");

    public Task<Webhook> CreateWebhook(Webhook webhook) => Server.Post<Webhook>(Routes.Webhooks, webhook);

    static string Escape(string part) => Uri.EscapeDataString(part);
}
