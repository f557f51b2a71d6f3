// SPDX-License-Identifier: MIT
using System.Text;
using Mlflow.Entities;

namespace Mlflow.Judging;

/// <summary>
/// Brings a judge's instructions closer to what people said about traces. A user's own optimizer derives from it.
/// </summary>
public class AlignmentOptimizer
{
    const int MaxExamples = 5;

    /// <summary>The instructions with up to five traces and their feedback as examples.</summary>
    public virtual string Align(
        string instructions, IReadOnlyList<(Trace Trace, IReadOnlyList<Assessment> Assessments)> traces)
    {
        var text = new StringBuilder(instructions);
        foreach (var (trace, assessments) in traces.Take(MaxExamples))
        {
            foreach (var feedback in assessments.Where(a => a is { Type: "feedback", SourceType: "HUMAN" }))
                text.Append($"\nA person said '{feedback.Value}' about: {trace.Spans[0].Outputs}");
        }

        return text.ToString();
    }
}
