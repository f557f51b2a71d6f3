// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Example;

/// <summary>
/// One call of a verb. The things that it needs first are made in the store itself, so that only the call that the verb
/// shows records an event.
/// </summary>
sealed record Call(MlflowClient Client, Options Options)
{
    /// <summary>A user's own name for things: the variable <c>MLFLOW_EXAMPLE_NAME</c>, default <c>demo</c>.</summary>
    public static string Name => Environment.GetEnvironmentVariable("MLFLOW_EXAMPLE_NAME") ?? "demo";

    /// <summary>Such a name that is not taken yet.</summary>
    public static string NewName => $"{Name}-{Guid.NewGuid():N}";

    public async Task<string> Experiment() =>
        Options.Has("--experiment") ? Options.Get("--experiment", "") : await Client.Store.CreateExperiment(NewName);

    public async Task<string> RunId() => (await Client.Store.CreateRun(await Experiment())).RunId;

    public async Task<string> TraceId()
    {
        var trace = new Trace(Guid.NewGuid().ToString("N"), await Experiment(), [new Span(Name, 0, 1, Name, Name)]);
        await Client.Store.SaveTraces([trace]);
        return trace.TraceId;
    }
}
