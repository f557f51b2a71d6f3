// SPDX-License-Identifier: MIT
namespace Mlflow.Entities;

/// <summary>The recorded course of one request of an application.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="ExperimentId">The experiment that it belongs to.</param>
/// <param name="Spans">Its parts; the first one is the whole.</param>
public sealed record Trace(string TraceId, string ExperimentId, IReadOnlyList<Span> Spans);

/// <summary>One part of a trace.</summary>
/// <param name="Name">The function or the request.</param>
/// <param name="StartTime">Nanoseconds since 1970.</param>
/// <param name="EndTime">Nanoseconds since 1970.</param>
/// <param name="Inputs">Text, often JSON.</param>
/// <param name="Outputs">Text, often JSON.</param>
public sealed record Span(string Name, long StartTime, long EndTime, string Inputs, string Outputs);

/// <summary>A judgement about a trace.</summary>
/// <param name="Name">The quality that was judged.</param>
/// <param name="Type"><c>feedback</c> or <c>expectation</c>.</param>
/// <param name="SourceType"><c>HUMAN</c>, <c>LLM_JUDGE</c> or <c>CODE</c>.</param>
/// <param name="Value">The verdict.</param>
/// <param name="Rationale">The reason; may be empty.</param>
public sealed record Assessment(string Name, string Type, string SourceType, string Value, string Rationale);
