// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb;

/// <summary>
/// Reads the files of one tool without changing them, to find damage: those of a data folder, also while a collector
/// serves it, or of a backup. One thread at a time.
/// </summary>
/// <param name="path">The tool's folder.</param>
public sealed class DuckDbCheck(string path) : IDisposable
{
    // One file at a time, and its rows are not kept.
    static readonly DuckDbOptions Options = new() { Threads = 1 };

    readonly PartFolder _folder = new(path);
    Database? _engine;
    int _attached;

    /// <summary>The parts that do not change any more, ordered by their names.</summary>
    /// <exception cref="StoreException">The folder can't be read.</exception>
    public IReadOnlyList<StoredPiece> Parts => _folder.Sealed();

    /// <summary>
    /// The files that may change while a collector has the tool open: a part with a log, and the rollups.
    /// </summary>
    /// <exception cref="StoreException">The folder can't be read.</exception>
    public IReadOnlyList<StoredPiece> OpenFiles()
    {
        try
        {
            var parts = Directory.Exists(_folder.Parts) ? Directory.EnumerateFiles(_folder.Parts, "*.duckdb") : [];
            return
            [
                .. parts.Where(BlockCheck.HasLog).Concat(_folder.CurrentRollups is { } rollups ? [rollups] : [])
                    .Order(StringComparer.Ordinal).Select(file => new StoredPiece(file, DurableFile.Length(file))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path} can't be read. {e.Message}", e);
        }
    }

    /// <summary>Compares a file's blocks with their checksums, as <see cref="IStoreCheck.Check"/> says.</summary>
    public static PieceCheck ReadBlocks(StoredPiece file, long from, long maxBytes, bool isServed) =>
        BlockCheck.Read(file.File, from, maxBytes, isServed);

    /// <summary>Has DuckDB read every value of a file. Cost: reading it once.</summary>
    /// <exception cref="DamagedFileException">It is damaged.</exception>
    /// <exception cref="StoreException">It can't be read now; for example, a collector writes to it.</exception>
    public void ReadValues(string file)
    {
        _engine ??= EngineFactory.Open(_folder, Options);
        var attached = new AttachedFile(file, string.Create(CultureInfo.InvariantCulture, $"copy{_attached++}"));
        ToolFiles.Attach(_engine, attached, readOnly: true);
        try
        {
            Verification.Read(_engine, attached);
        }
        finally
        {
            using var connection = _engine.Connect(file);
            connection.Execute($"DETACH \"{attached.Alias}\"");
        }
    }

    /// <summary>Reads the files of deletions.</summary>
    /// <exception cref="DamagedFileException">One is damaged.</exception>
    /// <exception cref="StoreException">One can't be read.</exception>
    public void ReadDeletions() => _ = new DeletedInstallations(path);

    /// <summary>Ends DuckDB, if it was needed.</summary>
    public void Dispose()
    {
        _engine?.Dispose();
        if (_engine is not null && Directory.Exists(_folder.Temporary)
            && !Directory.EnumerateFileSystemEntries(_folder.Temporary).Any())
        {
            Directory.Delete(_folder.Temporary);
        }
    }
}
