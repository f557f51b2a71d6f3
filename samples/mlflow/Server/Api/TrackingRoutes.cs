// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Server.Webhooks;
using Mlflow.Stores;

namespace Mlflow.Server.Api;

/// <summary>
/// The tracking API. The clients record the events of these calls, since a call is theirs; the server records only the
/// traces that it receives.
/// </summary>
sealed class TrackingRoutes(ITrackingStore store, WebhookSender webhooks, EventContext context)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        MapRuns(routes);
        MapModels(routes);
        MapPrompts(routes);
        MapTraces(routes);
    }

    void MapRuns(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/" + Routes.Experiments, async (Named named) =>
            new Experiment(await store.CreateExperiment(named.Name), named.Name));
        routes.MapGet("/" + Routes.Experiments, store.ListExperiments);
        routes.MapGet("/" + Routes.Experiments + "/{id}/runs", (string id) => store.ListRuns(id));
        routes.MapPost("/" + Routes.Runs, (RunRequest request) => store.CreateRun(request.ExperimentId));
        routes.MapGet("/" + Routes.Runs + "/{id}", (string id) => store.GetRun(id));
        routes.MapPost("/" + Routes.Runs + "/{id}/batches", (string id, RunBatch batch) => store.LogBatch(id, batch));
        routes.MapPost("/" + Routes.Runs + "/{id}/datasets", (string id, Dataset data) => store.LogDataset(id, data));
    }

    void MapModels(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/" + Routes.LoggedModels, (ModelRequest model) => store.CreateLoggedModel(
            new LoggedModel("", model.RunId, model.Name, model.Flavor, model.Content, model.Attributes)));
        routes.MapGet("/" + Routes.LoggedModels + "/{id}", (string id) => store.GetLoggedModel(id));
        routes.MapPost("/" + Routes.RegisteredModels, async (Named named) =>
        {
            await store.CreateRegisteredModel(named.Name);
            webhooks.Happened("registered_model.created", named);
        });
        routes.MapPost("/" + Routes.ModelVersions, async (VersionRequest request) =>
        {
            var version = await store.CreateModelVersion(request.Name, request.Source);
            webhooks.Happened("model_version.created", version);
            return version;
        });
        routes.MapPost("/" + Routes.Webhooks, (WebhookRequest webhook) =>
            store.CreateWebhook(new Webhook("", webhook.Name, webhook.Url, webhook.Events)));
    }

    void MapPrompts(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/" + Routes.Prompts, async (PromptRequest request) =>
        {
            var prompt = await store.CreatePrompt(request.Name, request.Template);
            webhooks.Happened(prompt.Version == 1 ? "prompt.created" : "prompt_version.created", prompt);
            return prompt;
        });
        routes.MapGet("/" + Routes.Prompts, store.ListPrompts);
        routes.MapGet(
            "/" + Routes.Prompts + "/{name}/{version}",
            (string name, string version) => store.GetPrompt(PathName.Decode(name), PathName.Decode(version)));
        routes.MapPut(
            "/" + Routes.Prompts + "/{name}/aliases/{alias}",
            async (string name, string alias, AliasRequest request) =>
            {
                (name, alias) = (PathName.Decode(name), PathName.Decode(alias));
                await store.SetPromptAlias(name, alias, request.Version);
                webhooks.Happened("prompt_alias.created", new { Name = name, Alias = alias, request.Version });
            });
    }

    void MapTraces(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/" + Routes.Traces, (HttpContext http, IReadOnlyList<Trace> traces) => Save(http, traces));
        routes.MapGet("/" + Routes.Traces + "/{id}", (string id) => store.GetTrace(id));
        routes.MapPost(
            "/" + Routes.Traces + "/{id}/assessments", (string id, Assessment a) => store.SaveAssessment(id, a));
        routes.MapGet("/" + Routes.Traces + "/{id}/assessments", (string id) => store.ListAssessments(id));
    }

    Task Save(HttpContext http, IReadOnlyList<Trace> traces) => UsageTracking.Client.TracesReceivedByServer(async run =>
    {
        context.Fill(run);
        run.Source = (string?)http.Request.Headers[Routes.ClientHeader] ?? "UNKNOWN";
        run.Count = traces.Count;
        // An element of a list can be null, whatever its type says.
        if (traces.Contains(null)) throw new MlflowException("A trace is null.");
        await store.SaveTraces(traces);
        foreach (var trace in traces)
            webhooks.Happened("trace.created", new { trace.TraceId });
    });

    sealed record Named(string Name);

    sealed record RunRequest(string ExperimentId);

    sealed record ModelRequest(
        string RunId, string Name, string Flavor, byte[] Content, IReadOnlyDictionary<string, string> Attributes);

    sealed record WebhookRequest(string Name, string Url, IReadOnlyList<string> Events);

    sealed record VersionRequest(string Name, string Source);

    sealed record PromptRequest(string Name, string Template);

    sealed record AliasRequest(int Version);
}
