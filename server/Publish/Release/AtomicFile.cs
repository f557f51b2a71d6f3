// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace Tallymark.Publish.Release;

/// <summary>
/// A file that appears under its name completely or not at all: written to a temporary name in the same folder, flushed
/// to the disk, renamed. Disposed before <see cref="Commit"/> it leaves nothing. After a crash the temporary file stays
/// (its name starts with a dot and ends in <c>.new</c>) until the next publisher of the folder removes it.
/// </summary>
sealed class AtomicFile : IDisposable
{
    const string Suffix = ".new";

    readonly string _temporary;
    bool _committed;

    /// <summary>Starts a file; the folder must exist.</summary>
    public AtomicFile(string path)
    {
        Path = path;
        _temporary = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path)!, "." + System.IO.Path.GetFileName(path) + Suffix);
        Content = new FileStream(_temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>The path that the file will have.</summary>
    public string Path { get; }

    /// <summary>The content written so far.</summary>
    public FileStream Content { get; }

    /// <summary>Gives the file its name, replacing a file with that name. Cost: one fsync.</summary>
    public void Commit()
    {
        Content.Flush(flushToDisk: true);
        Content.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _committed = true;
    }

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose()
    {
        Content.Dispose();
        if (!_committed)
            File.Delete(_temporary);
    }

    /// <summary>Writes a small file, unless it already has these bytes.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path)))
            return;
        using var file = new AtomicFile(path);
        file.Content.Write(content);
        file.Commit();
    }

    /// <summary>True if a file exists and has this SHA-256 (lower-case hexadecimal).</summary>
    public static bool Matches(string path, string sha256)
    {
        if (!File.Exists(path))
            return false;
        using var stream = File.OpenRead(path);
        return string.Equals(Convert.ToHexStringLower(SHA256.HashData(stream)), sha256, StringComparison.Ordinal);
    }

    /// <summary>Removes temporary files that a killed publisher left in a folder. Call only while holding the
    /// <see cref="FolderLock"/>.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, ".*" + Suffix))
            File.Delete(file);
    }
}
