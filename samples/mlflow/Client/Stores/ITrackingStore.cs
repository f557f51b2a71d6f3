// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Stores;

/// <summary>
/// Keeps experiments and everything that belongs to them. Implementations are thread-safe. Every member throws
/// <see cref="MlflowException"/> if it can't do what it was asked.
/// </summary>
public interface ITrackingStore
{
    /// <summary>Creates an experiment; returns its id.</summary>
    Task<string> CreateExperiment(string name);

    /// <summary>All experiments, by id.</summary>
    Task<IReadOnlyList<Experiment>> ListExperiments();

    /// <summary>Starts a run.</summary>
    Task<Run> CreateRun(string experimentId);

    /// <summary>All runs of an experiment, the first one first.</summary>
    Task<IReadOnlyList<Run>> ListRuns(string experimentId);

    /// <summary>A run with everything that was logged to it.</summary>
    Task<RunData> GetRun(string runId);

    /// <summary>Logs metrics, parameters and tags.</summary>
    Task LogBatch(string runId, RunBatch batch);

    /// <summary>Logs a dataset.</summary>
    Task LogDataset(string runId, Dataset dataset);

    /// <summary>Saves a model; returns it with its id.</summary>
    Task<LoggedModel> CreateLoggedModel(LoggedModel model);

    /// <summary>A logged model.</summary>
    Task<LoggedModel> GetLoggedModel(string modelId);

    /// <summary>Creates the name under which versions of a model are registered.</summary>
    Task CreateRegisteredModel(string name);

    /// <summary>Registers the next version.</summary>
    Task<ModelVersion> CreateModelVersion(string name, string source);

    /// <summary>Creates a prompt, or the next version of one.</summary>
    Task<Prompt> CreatePrompt(string name, string template);

    /// <summary>A version of a prompt, or the one that an alias names.</summary>
    Task<Prompt> GetPrompt(string name, string versionOrAlias);

    /// <summary>Lets an alias name a version.</summary>
    Task SetPromptAlias(string name, string alias, int version);

    /// <summary>The latest version of every prompt, by name.</summary>
    Task<IReadOnlyList<Prompt>> ListPrompts();

    /// <summary>Saves completed traces.</summary>
    Task SaveTraces(IReadOnlyList<Trace> traces);

    /// <summary>A trace.</summary>
    Task<Trace> GetTrace(string traceId);

    /// <summary>Saves a judgement about a trace.</summary>
    Task SaveAssessment(string traceId, Assessment assessment);

    /// <summary>All judgements about a trace.</summary>
    Task<IReadOnlyList<Assessment>> ListAssessments(string traceId);

    /// <summary>Creates a webhook; returns it with its id.</summary>
    Task<Webhook> CreateWebhook(Webhook webhook);
}
