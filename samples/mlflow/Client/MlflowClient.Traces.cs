// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Starts a trace; its end saves it.</summary>
    public ActiveTrace StartTrace(string experimentId, string name, string inputs) => Telemetry.StartTrace(run =>
    {
        _context.Fill(run);
        return new ActiveTrace(Store, experimentId, name, inputs);
    });

    /// <summary>Logs an opinion about a trace.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="name">The quality.</param>
    /// <param name="value">The verdict.</param>
    /// <param name="sourceType"><c>HUMAN</c>, <c>LLM_JUDGE</c> or <c>CODE</c>.</param>
    /// <param name="rationale">The reason.</param>
    public Task LogFeedback(
        string traceId, string name, string value, string sourceType = "HUMAN", string rationale = "") =>
        LogAssessment(traceId, new Assessment(name, "feedback", sourceType, value, rationale));

    /// <summary>Logs the answer that a trace should have had.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="name">The quality.</param>
    /// <param name="value">The answer.</param>
    /// <param name="sourceType"><c>HUMAN</c>, <c>LLM_JUDGE</c> or <c>CODE</c>.</param>
    public Task LogExpectation(string traceId, string name, string value, string sourceType = "HUMAN") =>
        LogAssessment(traceId, new Assessment(name, "expectation", sourceType, value, ""));

    Task LogAssessment(string traceId, Assessment assessment) => Telemetry.LogAssessment(run =>
    {
        _context.Fill(run);
        run.Type = assessment.Type == "feedback"
            ? MlflowTelemetry.LogAssessmentType.Feedback : MlflowTelemetry.LogAssessmentType.Expectation;
        run.SourceType = assessment.SourceType;
        return Store.SaveAssessment(traceId, assessment);
    });
}
