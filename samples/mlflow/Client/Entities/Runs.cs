// SPDX-License-Identifier: MIT
namespace Mlflow.Entities;

/// <summary>A named collection of runs.</summary>
/// <param name="ExperimentId">A whole number, as text.</param>
/// <param name="Name">Unique in its store.</param>
public sealed record Experiment(string ExperimentId, string Name);

/// <summary>One execution of a program that logs to a store.</summary>
/// <param name="RunId">32 hexadecimal digits.</param>
/// <param name="ExperimentId">The experiment that it belongs to.</param>
/// <param name="StartTime">Milliseconds since 1970.</param>
public sealed record Run(string RunId, string ExperimentId, long StartTime);

/// <summary>One value of a metric.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The step of the run, from 0.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
public sealed record Metric(string Key, double Value, long Step, long Timestamp);

/// <summary>A parameter of a run; it is logged once.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record Param(string Key, string Value);

/// <summary>A tag of a run; a later value replaces an earlier one.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record Tag(string Key, string Value);

/// <summary>Metrics, parameters and tags that are logged together.</summary>
/// <param name="Metrics">May be empty.</param>
/// <param name="Params">May be empty.</param>
/// <param name="Tags">May be empty.</param>
public sealed record RunBatch(
    IReadOnlyList<Metric> Metrics, IReadOnlyList<Param> Params, IReadOnlyList<Tag> Tags);

/// <summary>A run with everything that was logged to it; of each metric, all values in the order of logging.</summary>
/// <param name="Run">The run.</param>
/// <param name="Data">Its metrics, parameters and tags.</param>
/// <param name="Datasets">Its datasets.</param>
public sealed record RunData(Run Run, RunBatch Data, IReadOnlyList<Dataset> Datasets);

/// <summary>Data that a run used.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">A checksum that the program computed.</param>
/// <param name="Source">Where the program read it.</param>
public sealed record Dataset(string Name, string Digest, string Source);
