// SPDX-License-Identifier: MIT
// A database file that the tool's engine has attached, and who still needs it.

namespace Tallymark.DuckDb.Parts;

/// <summary>One file. Its mutable members are guarded by the gate of <see cref="ToolFiles"/>.</summary>
class AttachedFile(string path, string alias)
{
    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>What it is called in statements.</summary>
    public string Alias => alias;

    /// <summary>How many statements read from it.</summary>
    internal int Readers { get; set; }

    /// <summary>How many need the file itself under its name.</summary>
    internal int Holders { get; set; }

    /// <summary>It was replaced or dropped: it is detached after its last reader and deleted after its last holder.</summary>
    internal bool IsGone { get; set; }

    /// <summary>It is sealed and still attached for writing.</summary>
    internal bool MustTurnReadOnly { get; set; }

    internal bool IsAttached { get; set; }

    internal bool IsDeleted { get; set; }
}

/// <summary>A part: events that came in one stretch of time, with the ids of their batches.</summary>
sealed class Part(string path, PartName name) : AttachedFile(path, name.Alias)
{
    Catalog? _catalog;

    /// <summary>Its name.</summary>
    public PartName Name => name;

    /// <summary>Its tables. Replaced as a whole by the writing thread while it takes commits; safe to read on any.</summary>
    public Catalog Catalog
    {
        get => System.Threading.Volatile.Read(ref _catalog) ?? throw new System.InvalidOperationException("The part was not read yet.");
        set => System.Threading.Volatile.Write(ref _catalog, value);
    }

    /// <summary>Whether it is sealed: it never changes again.</summary>
    public bool IsSealed { get; set; }
}
