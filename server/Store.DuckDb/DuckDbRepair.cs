// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>Finds damaged files of a store and sets them aside. Thread-safe.</summary>
/// <param name="store">The store; stays the caller's.</param>
public sealed class DuckDbRepair(DuckDbEventStore store)
{
    /// <summary>Reads everything that the store has of a tool. Cost: reading the files once.</summary>
    /// <exception cref="DamagedFileException">A file is damaged.</exception>
    /// <exception cref="StoreException">The files can't be opened.</exception>
    public void Verify(string tool)
    {
        using var opened = store.Tools.Find(tool);
        if (opened is not null)
            Verification.Run(opened.Database.Engine, opened.Database.Files);
    }

    /// <summary>
    /// Sets a damaged file of the tool aside; call it only when the operator asks. Renames the file, never deletes it.
    /// The tool continues with the other files.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="file">The path in <see cref="DamagedFileException.File"/>.</param>
    /// <returns>The file's new path.</returns>
    /// <exception cref="StoreException">
    /// It is not one of the tool's files, it is being read, or it can't be renamed.
    /// </exception>
    public string SetAside(string tool, string file) => store.Tools.WhileClosed(tool, folder => folder.SetAside(file));
}
