// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Creates an experiment; returns its id.</summary>
    public Task<string> CreateExperiment(string name) => Telemetry.CreateExperiment(async run =>
    {
        _context.Fill(run);
        var id = await Store.CreateExperiment(name);
        run.SetExperimentId(id);
        return id;
    });

    /// <summary>Starts a run in an experiment.</summary>
    public Task<Run> CreateRun(string experimentId) => Telemetry.CreateRun(run =>
    {
        _context.Fill(run);
        run.Imports = KnownAssemblies.Loaded();
        run.SetExperimentId(experimentId);
        return Store.CreateRun(experimentId);
    });

    /// <summary>Logs one value of a metric.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The metric.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">The step of the run.</param>
    /// <param name="synchronous">False: returns before the store has the value.</param>
    public Task LogMetric(string runId, string key, double value, long step = 0, bool synchronous = true)
    {
        var run = Telemetry.LogMetric();
        _context.Fill(run);
        run.Synchronous = synchronous;
        var batch = new RunBatch([new Metric(key, value, step, Now())], [], []);
        return Log((run, run.Succeed, run.Fail), runId, batch, synchronous);
    }

    /// <summary>Logs a parameter.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The parameter.</param>
    /// <param name="value">Its value.</param>
    /// <param name="synchronous">False: returns before the store has the value.</param>
    public Task LogParam(string runId, string key, string value, bool synchronous = true)
    {
        var run = Telemetry.LogParam();
        _context.Fill(run);
        run.Synchronous = synchronous;
        return Log((run, run.Succeed, run.Fail), runId, new RunBatch([], [new Param(key, value)], []), synchronous);
    }

    /// <summary>Logs metrics, parameters and tags together.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="batch">The values.</param>
    /// <param name="synchronous">False: returns before the store has the values.</param>
    public Task LogBatch(string runId, RunBatch batch, bool synchronous = true)
    {
        var run = Telemetry.LogBatch();
        _context.Fill(run);
        run.Metrics = batch.Metrics.Count > 0;
        run.Params = batch.Params.Count > 0;
        run.Tags = batch.Tags.Count > 0;
        run.Synchronous = synchronous;
        return Log((run, run.Succeed, run.Fail), runId, batch, synchronous);
    }

    /// <summary>Logs a dataset that the run used.</summary>
    public Task LogDataset(string runId, Dataset dataset) => Telemetry.LogDataset(run =>
    {
        _context.Fill(run);
        return Store.LogDataset(runId, dataset);
    });

    /// <summary>
    /// Logs a batch and ends its event. Of an asynchronous call the outcome is not known when it returns, so its event
    /// ends as unknown.
    /// </summary>
    async Task Log(
        (IDisposable Run, Action Succeed, Action Fail) ending, string runId, RunBatch batch, bool synchronous)
    {
        using var run = ending.Run;
        try
        {
            if (synchronous)
            {
                await Store.LogBatch(runId, batch);
                ending.Succeed();
            }
            else
            {
                var store = Store;
                await _queue.Add(() => store.LogBatch(runId, batch));
            }
        }
        catch
        {
            ending.Fail();
            throw;
        }
    }

    static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
