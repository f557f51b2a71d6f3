// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow.Evaluation;

/// <summary>Improves prompts. A user's own optimizer derives from it.</summary>
public abstract class PromptOptimizer
{
    /// <summary>Templates to try in place of a prompt's own.</summary>
    public abstract IReadOnlyList<string> Candidates(Prompt prompt);
}

/// <summary>Tries the template with one of several endings.</summary>
public sealed class CandidateOptimizer : PromptOptimizer
{
    static readonly string[] Endings =
        [" Answer in one sentence.", " Repeat the question first.", " Name your source."];

    /// <inheritdoc />
    public override IReadOnlyList<string> Candidates(Prompt prompt) =>
        [.. Endings.Select(ending => prompt.Template + ending)];
}
