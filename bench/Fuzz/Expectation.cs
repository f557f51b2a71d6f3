// SPDX-License-Identifier: MIT
// What must become of a request, as the specification has it.

namespace Tallymark.Bench.Fuzz;

/// <summary>What must become of one request. Written once by <see cref="Referee"/>, then only read.</summary>
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

    /// <summary>How many more must be dropped, for whatever reason: lines that are no JSON, where reading may end early or late.</summary>
    public int AnyDrops { get; set; }

    /// <summary>True if a clock that goes on could change the answer.</summary>
    public bool IsNearABound { get; set; }

    public static Expectation Refused(params string[] problems) => new() { Problems = problems };
}
