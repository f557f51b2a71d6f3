// SPDX-License-Identifier: MIT
namespace Mlflow.Evaluation;

/// <summary>One input of a GenAI application with what is known about it.</summary>
/// <param name="Inputs">The question.</param>
/// <param name="Outputs">The answer; null: the function to evaluate gives it.</param>
/// <param name="Expected">The right answer; null: unknown.</param>
/// <param name="Context">The text that the answer must rest on; null: none.</param>
public sealed record EvaluationCase(
    string Inputs, string? Outputs = null, string? Expected = null, string? Context = null);

/// <summary>Judges answers. A user's own scorer derives from it.</summary>
public abstract class Scorer
{
    /// <summary>The name under which the score is logged.</summary>
    public abstract string Name { get; }

    /// <summary>From 0 to 1.</summary>
    public abstract Task<double> Score(EvaluationCase example);
}
