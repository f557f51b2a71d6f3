// SPDX-License-Identifier: MIT
// Files that somebody outside of this process reads: nothing deletes them meanwhile.

namespace Tallymark.DuckDb.Parts;

/// <summary>The sealed files of a lease. Dispose gives them back.</summary>
sealed class HeldFiles(ToolFiles.Lease lease) : IStoreSnapshot
{
    public IReadOnlyList<string> Files { get; } = [.. lease.View.Sealed.Where(part => !part.MustTurnReadOnly).Select(part => part.Path)];

    public void Dispose() => lease.Dispose();
}
