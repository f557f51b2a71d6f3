// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// The default, and the switches that a tool offers in addition to those that every tool has (policy,
/// <c>DO_NOT_TRACK</c>, CI).
/// </summary>
public sealed record ConsentRules
{
    /// <summary>
    /// True: collected unless switched off (opt-out). False: only when switched on (opt-in). The author must write it.
    /// </summary>
    public required bool DefaultOn { get; init; }

    /// <summary>The tool's environment variables that switch telemetry off, in the file's order.</summary>
    public required IReadOnlyList<SwitchVariable> Variables { get; init; }

    /// <summary>The command-line option that switches telemetry off for one run, with its dashes; null: none.</summary>
    public string? Option { get; init; }

    /// <summary>The command-line option that prints the events of this run, with its dashes; null: none.</summary>
    public string? ShowOption { get; init; }

    /// <summary>The name of a file beside the executable that switches telemetry off; null: none.</summary>
    public string? Marker { get; init; }

    /// <summary>
    /// How a user creates that marker file, as the end of a sentence ("re-running the bootstrap script with
    /// -disableMetrics").
    /// </summary>
    public string? MarkerHow { get; init; }
}

/// <summary>One environment variable that switches telemetry off.</summary>
/// <param name="Name">The variable's name, <c>[A-Z][A-Z0-9_]*</c>.</param>
/// <param name="OffWhen">Which values switch it off.</param>
public sealed record SwitchVariable(string Name, OffWhen OffWhen);

/// <summary>Which values of a variable mean off.</summary>
public enum OffWhen
{
    /// <summary>
    /// Any value except empty, <c>0</c>, <c>false</c>, <c>no</c>, <c>off</c> (white space and case don't matter). The
    /// default.
    /// </summary>
    True,

    /// <summary>The variable is set, to any value, even empty.</summary>
    Present,
}
