// SPDX-License-Identifier: MIT
// A user's own classes. Their names must never leave the machine.

using Mlflow.Entities;
using Mlflow.Evaluation;
using Mlflow.Judging;

namespace Mlflow.Example;

sealed class AcmePriceModel : CustomModel
{
    public override string Predict(string input) => $"{input.Length * 3}";
}

sealed class AcmeChat : ChatModel
{
    public override ChatMessage Predict(IReadOnlyList<ChatMessage> messages) => messages[^1];
}

sealed class AcmeAgent : ChatAgent
{
    public override IReadOnlyList<ChatMessage> Predict(IReadOnlyList<ChatMessage> messages) => messages;
}

sealed class AcmeResponses : ResponsesAgent
{
    public override string Predict(string request) => request;
}

/// <summary>A scorer with the name that it is given, even that of a built-in one.</summary>
sealed class AcmeToneScorer(string name) : Scorer
{
    public override string Name => name;

    public override Task<double> Score(EvaluationCase example) =>
        Task.FromResult(example.Outputs?.Contains('!', StringComparison.Ordinal) == true ? 0.0 : 1.0);
}

sealed class AcmeRankOptimizer : PromptOptimizer
{
    public override IReadOnlyList<string> Candidates(Prompt prompt) => [prompt.Template.ToUpperInvariant()];
}

sealed class AcmeToneOptimizer : AlignmentOptimizer;
