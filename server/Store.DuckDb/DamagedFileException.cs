// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>One file of a tool is damaged (<see cref="DuckDbRepair"/>).</summary>
public sealed class DamagedFileException(string file, string message, Exception? inner = null)
    : DamagedStoreException(message, inner)
{
    /// <summary>The path of the damaged file.</summary>
    public string File => file;
}
