// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>A part: the events received during some time, with the ids of their batches.</summary>
sealed class Part(string path, PartName name) : AttachedFile(path, name.Alias)
{
    Catalog? _catalog;

    /// <summary>The part's name.</summary>
    public PartName Name => name;

    /// <summary>The part's tables. The writing thread replaces it as a whole; any thread may read it.</summary>
    public Catalog Catalog
    {
        get => Volatile.Read(ref _catalog) ?? throw new InvalidOperationException("The part's catalog was not read.");
        set => Volatile.Write(ref _catalog, value);
    }

    /// <summary>Whether it may have large blocks (<see cref="BlockSize"/>), while it takes commits.</summary>
    public bool HasLargeBlocks { get; set; }

    /// <summary>Whether the part is sealed, so it never changes again.</summary>
    public bool IsSealed { get; set; }
}
