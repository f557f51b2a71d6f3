// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>The current files of a tool as of one moment. Immutable.</summary>
/// <param name="Parts">Oldest first; the last one takes commits.</param>
/// <param name="Rollups">The rollups.</param>
sealed record FileView(IReadOnlyList<Part> Parts, AttachedFile Rollups)
{
    /// <summary>The part that takes commits.</summary>
    public Part Active => Parts[^1];

    /// <summary>The parts that never change again.</summary>
    public IEnumerable<Part> Sealed => Parts.Take(Parts.Count - 1);

    /// <summary>All files.</summary>
    public IEnumerable<AttachedFile> All => [.. Parts, Rollups];
}
