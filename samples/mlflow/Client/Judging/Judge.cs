// SPDX-License-Identifier: MIT
using Mlflow.Evaluation;

namespace Mlflow.Judging;

/// <summary>A scorer that asks a model.</summary>
/// <param name="client">It calls the model.</param>
/// <param name="name">The name under which its scores are logged.</param>
/// <param name="instructions">The text before the answer that it judges.</param>
/// <param name="model"><c>PROVIDER:MODEL</c>; the model is the name of an endpoint of the server's gateway.</param>
public sealed class Judge(MlflowClient client, string name, string instructions, string model) : Scorer
{
    /// <inheritdoc />
    public override string Name => name;

    /// <summary>The text before the answer that it judges.</summary>
    public string Instructions => instructions;

    /// <summary>1 if the model's answer contains a yes, else 0.</summary>
    public override async Task<double> Score(EvaluationCase example)
    {
        var said = await client.InvokeCustomJudgeModel(
            model, $"{instructions}\nQuestion: {example.Inputs}\nAnswer: {example.Outputs}\nSay yes or no.");
        return said.Contains("yes", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
    }

    internal Judge With(string better) => new(client, name, better, model);
}
