// SPDX-License-Identifier: MIT

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// The outcome of one request that the specification demands. Written once by <see cref="Referee"/>, then only read.
/// </summary>
sealed class Expectation
{
    /// <summary>The names of the problems that it may be refused with; empty: it is accepted.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public Guid Batch { get; init; }

    /// <summary>The tool whose counters have its events; null: none.</summary>
    public string? Tool { get; init; }

    public int Events { get; init; }

    /// <summary>Every row that must be stored, as <see cref="StoredRows"/> writes it.</summary>
    public List<string> Rows { get; } = [];

    /// <summary>How many events must be dropped for which reason.</summary>
    public Dictionary<string, int> Drops { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// How many more must be dropped for any reason: lines that are not JSON, where reading may end early or late.
    /// </summary>
    public int AnyDrops { get; set; }

    /// <summary>Whether a running clock could change the answer.</summary>
    public bool IsNearABound { get; set; }

    public static Expectation Refused(params string[] problems) => new() { Problems = problems };
}
