// SPDX-License-Identifier: MIT
using Mlflow.Entities;
using Mlflow.Judging;
using Mlflow.Stores;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Makes a scorer that asks a model.</summary>
    /// <param name="name">The name under which its scores are logged.</param>
    /// <param name="instructions">The text before the answer that it judges.</param>
    /// <param name="model"><c>PROVIDER:MODEL</c>; the model is the name of an endpoint of the server's gateway.</param>
    public Judge MakeJudge(string name, string instructions, string model) => Telemetry.MakeJudge(run =>
    {
        _context.Fill(run);
        run.ModelProvider = ProviderOf(model);
        return new Judge(this, name, instructions, model);
    });

    /// <summary>A judge whose instructions are closer to what people said about traces.</summary>
    public Task<Judge> AlignJudge(Judge judge, IReadOnlyList<string> traceIds, AlignmentOptimizer optimizer) =>
        Telemetry.AlignJudge(async run =>
        {
            _context.Fill(run);
            run.TraceCount = traceIds.Count;
            run.OptimizerType = optimizer.GetType().Name;
            var traces = new List<(Trace, IReadOnlyList<Assessment>)>();
            foreach (var id in traceIds)
                traces.Add((await Store.GetTrace(id), await Store.ListAssessments(id)));
            return judge.With(optimizer.Align(judge.Instructions, traces));
        });

    /// <summary>Asks a model through the server's gateway.</summary>
    /// <param name="model"><c>PROVIDER:MODEL</c>; the model is the name of an endpoint.</param>
    /// <param name="prompt">The question.</param>
    public Task<string> InvokeCustomJudgeModel(string model, string prompt) =>
        Telemetry.InvokeCustomJudgeModel(async run =>
        {
            _context.Fill(run);
            run.ModelProvider = ProviderOf(model);
            var endpoint = model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..];
            return (await Gateway.Invoke(endpoint, [new ChatMessage("user", prompt)])).Content;
        });

    /// <summary>The gateway of the tracking server.</summary>
    /// <exception cref="MlflowException">The tracking URI is not that of a server.</exception>
    public GatewayClient Gateway => Store is RestStore rest ? new GatewayClient(rest.Server)
        : throw new MlflowException($"The gateway needs a tracking server; the tracking URI is '{_trackingUri}'.");

    static string? ProviderOf(string model) =>
        model.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? model[..colon] : null;
}
