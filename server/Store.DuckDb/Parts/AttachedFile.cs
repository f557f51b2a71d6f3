// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.DuckDb.Parts;

/// <summary>
/// A database file that the tool's engine attaches. The gate of <see cref="ToolFiles"/> guards its mutable members.
/// </summary>
class AttachedFile(string path, string alias)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The write-ahead log, which exists only while it has rows.</summary>
    public string LogPath => $"{path}.wal";

    /// <summary>The file's name in statements.</summary>
    public string Alias => alias;

    /// <summary>The number of leases that read from it.</summary>
    internal int Readers { get; set; }

    /// <summary>The number of leases that need the file under its name.</summary>
    internal int NameHolders { get; set; }

    /// <summary>
    /// Whether it was replaced or dropped: it is detached after its last reader and deleted after its last name holder.
    /// </summary>
    internal bool IsGone { get; set; }

    /// <summary>Whether it is sealed and still attached for writing.</summary>
    internal bool MustTurnReadOnly { get; set; }

    internal bool IsAttached { get; set; }

    /// <summary>When a lease of it ended last, or when it was opened; a timestamp of Stopwatch.</summary>
    internal long LastRead { get; set; } = Stopwatch.GetTimestamp();

    internal bool IsDeleted { get; set; }
}
