// SPDX-License-Identifier: MIT
// A file that appears under its name whole or not at all.

namespace Tallymark.Publish.Files;

/// <summary>
/// Writes to a temporary name in the same folder, flushes to the disk, renames. Disposed before <see cref="Keep"/> it
/// leaves nothing. After a crash a temporary file stays (its name starts with a dot and ends in <c>.new</c>); the next
/// publisher of the folder removes it.
/// </summary>
sealed class WholeFile : IDisposable
{
    const string Suffix = ".new";

    readonly string _temporary;
    bool _kept;

    /// <summary>Begins a file; the folder must exist.</summary>
    public WholeFile(string path)
    {
        Path = path;
        _temporary = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path)!, "." + System.IO.Path.GetFileName(path) + Suffix);
        Content = new FileStream(_temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>The name under which it will appear.</summary>
    public string Path { get; }

    /// <summary>What has been written so far.</summary>
    public FileStream Content { get; }

    /// <summary>Gives it its name, in place of what may stand there.</summary>
    public void Keep()
    {
        Content.Flush(flushToDisk: true);
        Content.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _kept = true;
    }

    /// <summary>Takes it back if it was not kept.</summary>
    public void Dispose()
    {
        Content.Dispose();
        if (!_kept)
            File.Delete(_temporary);
    }

    /// <summary>Writes a small file at once, unless it has these bytes already.</summary>
    /// <returns>False if it had them already.</returns>
    public static bool Write(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path)))
            return false;
        using var file = new WholeFile(path);
        file.Content.Write(content);
        file.Keep();
        return true;
    }

    /// <summary>Removes what a publisher that was killed left in a folder. Call only with <see cref="FolderLock"/>
    /// held.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, ".*" + Suffix))
            File.Delete(file);
    }
}
