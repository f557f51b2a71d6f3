// SPDX-License-Identifier: MIT
using System.Text.Json;
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow.Server.Storage;

sealed partial class DuckDbStore
{
    public Task SaveTraces(IReadOnlyList<Trace> traces)
    {
        database.Together(() =>
        {
            foreach (var trace in traces)
                database.Execute("insert or replace into traces values ($1, $2, $3)", trace.TraceId,
                    trace.ExperimentId, JsonSerializer.Serialize(trace.Spans, MlflowJson.Options));
        });
        return Task.CompletedTask;
    }

    public Task<Trace> GetTrace(string traceId) => Task.FromResult(Only(
        database.Query(
            "select id, experiment_id, spans from traces where id = $1",
            row => new Trace(
                row.GetString(0), row.GetString(1),
                JsonSerializer.Deserialize<List<Span>>(row.GetString(2), MlflowJson.Options)!),
            traceId),
        traceId));

    public async Task SaveAssessment(string traceId, Assessment assessment)
    {
        await GetTrace(traceId);
        database.Execute(
            "insert into assessments values ($1, $2, $3, $4, $5, $6)", traceId, assessment.Name, assessment.Type,
            assessment.SourceType, assessment.Value, assessment.Rationale);
    }

    public Task<IReadOnlyList<Assessment>> ListAssessments(string traceId) => Rows(database.Query(
        "select name, type, source_type, value, rationale from assessments where trace_id = $1",
        row => new Assessment(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
        traceId));

    public Task<Webhook> CreateWebhook(Webhook webhook)
    {
        if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new MlflowException($"'{webhook.Url}' is not the address of a web server.");
        var saved = webhook with { WebhookId = NewId() };
        database.Execute("insert into webhooks values ($1, $2, $3, $4)", saved.WebhookId, saved.Name, saved.Url,
            string.Join('\n', saved.Events));
        return Task.FromResult(saved);
    }

    /// <summary>The webhooks that want an event.</summary>
    public IReadOnlyList<Webhook> WebhooksFor(string name) => [.. database.Query(
        "select id, name, url, events from webhooks",
        row => new Webhook(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3).Split('\n')))
        .Where(webhook => webhook.Events.Contains(name, StringComparer.Ordinal))];
}
