// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Reading;

/// <summary>
/// Reads a copy of a tool's files without changing it: a copy of a damaged file must not replace the last good one.
/// Stateless.
/// </summary>
static class CopyVerification
{
    /// <summary>Reads every value of every file of a copy. Cost: reading the files once.</summary>
    /// <exception cref="DamagedFileException">A file is damaged.</exception>
    public static void Run(string path, DuckDbOptions options)
    {
        var folder = new PartFolder(path);
        using var engine = EngineFactory.Open(folder, options);
        var files = Directory.GetFiles(path, "*.duckdb", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        for (var i = 0; i < files.Length; i++)
        {
            var file = new AttachedFile(files[i], string.Create(CultureInfo.InvariantCulture, $"copy{i}"));
            ToolFiles.Attach(engine, file, readOnly: true);
            Verification.Read(engine, file);
            using var connection = engine.Connect(file.Path);
            connection.Execute($"DETACH \"{file.Alias}\"");
        }

        if (Directory.Exists(folder.Temporary))
            Directory.Delete(folder.Temporary, recursive: true);
    }
}
