// SPDX-License-Identifier: MIT
using System.Globalization;
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow.Server.Storage;

/// <summary>The tracking store of the server: experiments and runs here, the rest in the other parts.</summary>
sealed partial class DuckDbStore(Database database) : ITrackingStore
{
    public Task<string> CreateExperiment(string name)
    {
        var ids = database.Query(
            "insert into experiments (name) values ($1) on conflict do nothing returning id", row => row.GetInt64(0),
            name);
        return ids is [var id]
            ? Task.FromResult(id.ToString(CultureInfo.InvariantCulture))
            : throw new MlflowException($"The experiment '{name}' exists already.");
    }

    public Task<IReadOnlyList<Experiment>> ListExperiments() => Rows(database.Query(
        "select id::varchar, name from experiments order by id",
        row => new Experiment(row.GetString(0), row.GetString(1))));

    public Task<Run> CreateRun(string experimentId)
    {
        var run = new Run(NewId(), experimentId, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var created = database.Execute(
            "insert into runs select $1, id, $3 from experiments where id::varchar = $2", run.RunId, experimentId,
            run.StartTime);
        return created == 1 ? Task.FromResult(run)
            : throw new MlflowException($"There is no experiment {experimentId}.");
    }

    public Task<IReadOnlyList<Run>> ListRuns(string experimentId) => Rows(database.Query(
        "select id, experiment_id::varchar, start_time from runs where experiment_id::varchar = $1 order by 3, 1",
        row => new Run(row.GetString(0), row.GetString(1), row.GetInt64(2)), experimentId));

    public Task<RunData> GetRun(string runId)
    {
        var run = Only(
            database.Query(
                "select id, experiment_id::varchar, start_time from runs where id = $1",
                row => new Run(row.GetString(0), row.GetString(1), row.GetInt64(2)), runId),
            runId);
        var metrics = database.Query(
            "select key, value, step, timestamp from metrics where run_id = $1 order by timestamp, step",
            row => new Metric(row.GetString(0), row.GetDouble(1), row.GetInt64(2), row.GetInt64(3)), runId);
        var values = database.Query(
            "select key, value from params where run_id = $1 order by key",
            row => new Param(row.GetString(0), row.GetString(1)), runId);
        var tags = database.Query(
            "select key, value from tags where run_id = $1 order by key",
            row => new Tag(row.GetString(0), row.GetString(1)), runId);
        var datasets = database.Query(
            "select name, digest, source from datasets where run_id = $1",
            row => new Dataset(row.GetString(0), row.GetString(1), row.GetString(2)), runId);
        return Task.FromResult(new RunData(run, new RunBatch(metrics, values, tags), datasets));
    }

    public Task LogBatch(string runId, RunBatch batch)
    {
        RequireRun(runId);
        database.Together(() =>
        {
            foreach (var m in batch.Metrics)
                database.Execute("insert into metrics values ($1, $2, $3, $4, $5)", runId, m.Key, m.Value, m.Step,
                    m.Timestamp);
            foreach (var p in batch.Params)
                database.Execute("insert into params values ($1, $2, $3) on conflict do nothing", runId, p.Key,
                    p.Value);
            foreach (var t in batch.Tags)
                database.Execute("insert or replace into tags values ($1, $2, $3)", runId, t.Key, t.Value);
        });
        return Task.CompletedTask;
    }

    public Task LogDataset(string runId, Dataset dataset)
    {
        RequireRun(runId);
        database.Execute("insert into datasets values ($1, $2, $3, $4)", runId, dataset.Name, dataset.Digest,
            dataset.Source);
        return Task.CompletedTask;
    }

    void RequireRun(string runId) =>
        Only(database.Query("select id from runs where id = $1", row => row.GetString(0), runId), runId);

    static Task<IReadOnlyList<T>> Rows<T>(List<T> rows) => Task.FromResult<IReadOnlyList<T>>(rows);

    static T Only<T>(List<T> rows, string name) =>
        rows is [var row] ? row : throw new MlflowException($"There is no '{name}'.");

    static string NewId() => Guid.NewGuid().ToString("N");
}
