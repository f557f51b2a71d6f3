// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Reads a copy of a tool's files without changing it: a copy of a damaged file must not replace the last good one.
/// Stateless.
/// </summary>
static class CopyVerification
{
    /// <summary>Reads every value of every file of a copy. Cost: reading the files once.</summary>
    /// <exception cref="DamagedFileException">A file is damaged.</exception>
    public static void Run(string path)
    {
        var files = Directory.GetFiles(path, "*.duckdb", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        using var check = new DuckDbCheck(path);
        foreach (var file in files)
            check.ReadValues(file);
    }
}
