// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// Sealed parts that another process may open: their files do not change, move or go away until it is disposed.
/// </summary>
sealed class SealedParts(FileLease lease) : IDisposable
{
    /// <summary>
    /// The paths, oldest first. Each is a database with some of the tool's events; its tables are those that the tool
    /// had when it was written.
    /// </summary>
    public IReadOnlyList<string> Paths { get; } =
        [.. lease.View.Sealed.Where(part => !part.MustTurnReadOnly).Select(part => part.Path)];

    public void Dispose() => lease.Dispose();
}
