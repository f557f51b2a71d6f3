// SPDX-License-Identifier: MIT

namespace Tallymark.Cli;

/// <summary>
/// Reads a data folder or a backup from the first to the last byte, and changes nothing: <list type="number">
/// <item>a backup's checksums;</item>
/// <item>the files that are not the store's;</item>
/// <item>folded days and deletions;</item>
/// <item>the store's files: the checksum of each block, then each value.</item>
/// </list>
/// While a collector serves the folder, files that it writes to are left out: parts with a log, and rollups.
/// </summary>
/// <param name="data">The folder.</param>
/// <param name="isServed">Whether a collector serves it.</param>
/// <param name="progress">Receives how much was read of how much. Bytes.</param>
sealed class FolderCheck(DataFolder data, bool isServed, IProgress<(long Done, long Total)> progress)
{
    const long StepBytes = 8 * 1024 * 1024;

    readonly List<FileDamage> _damages = [];
    readonly HashSet<string> _read = new(StringComparer.Ordinal);
    long _done;
    long _total;
    int _valuesNotRead;

    /// <summary>Reads it.</summary>
    /// <exception cref="IOException">It can't be listed, or a newer version wrote it.</exception>
    /// <exception cref="StoreException">The same.</exception>
    public FolderReport Run()
    {
        var isBackup = BackupSums.IsBackup(data.Path);
        var tools = DataFolderCommand.ToolsIn(data);
        _total = tools.Sum(tool => FilesOf(tool).Sum(file => file.Bytes)) * (isBackup ? 2 : 1);
        if (isBackup)
            _damages.AddRange(BackupSums.Check(data.Path, Advance));            // 1
        _damages.AddRange(RecordFiles.Check(data));                             // 2
        var folded = new DayFolding(data.Folded);
        foreach (var tool in tools)
        {
            _damages.AddRange(folded.Verify(tool).Select(one => new FileDamage(
                one.File, one.Problem,
                "Restore it from a backup: once the events have expired, it is the only copy of that day.")));  // 3
            CheckStore(tool);                                                   // 4
        }

        // A file of a backup that has other bytes also has damage: the first reason says enough.
        List<FileDamage> damages = [.. _damages.DistinctBy(one => one.File, StringComparer.Ordinal)];
        return new FolderReport(isBackup ? "backup" : "data", tools.Count, _read.Count, _done, _valuesNotRead, damages);
    }

    IEnumerable<StoredPiece> FilesOf(string tool)
    {
        using var check = new DuckDbCheck(Path.Combine(data.Tools, tool));
        return [.. check.Parts, .. isServed ? [] : check.OpenFiles()];
    }

    void CheckStore(string tool)
    {
        using var check = new DuckDbCheck(Path.Combine(data.Tools, tool));
        Note(tool, Path.Combine(data.Tools, tool), check.ReadDeletions);
        foreach (var file in FilesOf(tool))
        {
            _read.Add(file.File);
            if (ReadBlocks(file) is { } problem)
                _damages.Add(DamageOf(tool, file.File, problem));
            else if (!_damages.Exists(one => one.File == file.File))
                Note(tool, file.File, () => check.ReadValues(file.File));
        }
    }

    string? ReadBlocks(StoredPiece file)
    {
        for (long? at = 0; at is { } from;)
        {
            var step = DuckDbCheck.ReadBlocks(file, from, StepBytes, isServed);
            Advance((step.Next ?? Math.Max(from, file.Bytes)) - from);
            if (step.Damage is { } damage)
                return $"{char.ToUpperInvariant(damage[0])}{damage[1..]}.";
            at = step.Next;
        }

        return null;
    }

    void Note(string tool, string place, Action read)
    {
        try
        {
            read();
        }
        catch (DamagedFileException e)
        {
            _damages.Add(DamageOf(tool, e.File, e.Damage));
        }
        catch (StoreException) when (isServed)
        {
            // The collector merged the file away meanwhile, or still has it open for writing.
            _valuesNotRead += File.Exists(place) ? 1 : 0;
        }
        catch (StoreException e)
        {
            _damages.Add(DamageOf(tool, place, e.Message));
        }
    }

    void Advance(long bytes)
    {
        _done += bytes;
        progress.Report((_done, Math.Max(_done, _total)));
    }

    FileDamage DamageOf(string tool, string file, string problem) => new(
        file, problem,
        BackupSums.IsBackup(data.Path)
            ? "Use another backup, and check the disk of this one."
            : $"Stop the collector and put the file of the same name from a backup in its place, or the folder {tool} "
                + "as a whole. Without a good copy: tallymark repair --set-aside.")
    {
        Tool = tool,
    };
}

/// <summary>The result of a <see cref="FolderCheck"/>.</summary>
/// <param name="Kind"><c>data</c> or <c>backup</c>.</param>
/// <param name="Tools">The number of tools.</param>
/// <param name="Files">The number of files of the store that were read.</param>
/// <param name="Bytes">Bytes that were read of them.</param>
/// <param name="ValuesNotRead">
/// Files whose checksums were read but not their values, because a collector has them open for writing.
/// </param>
/// <param name="Damaged">The damaged files.</param>
sealed record FolderReport(
    string Kind, int Tools, int Files, long Bytes, int ValuesNotRead, IReadOnlyList<FileDamage> Damaged);
