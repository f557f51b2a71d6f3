// SPDX-License-Identifier: MIT
// The spool file of this process: locked as long as it may be written, one write for each whole line (spec/spool.md).

using Microsoft.Win32.SafeHandles;

namespace Tallymark.Record;

/// <summary>Not thread safe: the client calls it under its lock.</summary>
sealed class SpoolFile : IDisposable
{
    /// <summary>A process that goes on for long closes its file at this length, so that it can be sent.</summary>
    const long FullAt = 256 * 1024;

    internal const string Ending = ".ndjson";
    internal const string NewEnding = ".new";

    readonly SafeFileHandle _file;
    long _length;

    SpoolFile(SafeFileHandle file) => _file = file;

    /// <summary>True if the next line belongs into another file.</summary>
    internal bool IsFull => _length >= FullAt;

    /// <summary>Makes the file and takes its lock, before it has a name that an uploader looks for.</summary>
    internal static SpoolFile Create(string folder)
    {
        StateFolder.Make(folder);
        var name = StateFolder.RandomName();
        var path = Path.Combine(folder, name + Ending);

        // On Windows the lock comes with the file, and a file that is open without sharing can't be renamed.
        if (OperatingSystem.IsWindows())
            return new SpoolFile(SmallFile.Create(path));
        var hidden = Path.Combine(folder, "." + name + NewEnding);
        var file = SmallFile.Create(hidden);
        try
        {
            SmallFile.Rename(hidden, path);
            return new SpoolFile(file);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Adds a line with its LF. False if it could not be written; then the file is as it was before, or, where not even
    /// that is possible, closed, so that half a line stays at the end of the file, where it does not count.
    /// </summary>
    internal bool TryWrite(ReadOnlySpan<byte> line)
    {
        try
        {
            SmallFile.Add(_file, line, _length);
            _length += line.Length;
            return true;
        }
        catch (IOException e)
        {
            SelfLog.Report("An event could not be written.", e);
            CutBack();
            return false;
        }
    }

    /// <summary>
    /// What a file holds now. Without a lock of ours, which on Unix every other way to open it would ask for: its process
    /// may still write. Empty if an uploader has just taken it elsewhere.
    /// </summary>
    internal static byte[] ReadBesideItsWriter(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.ReadAllBytes(path);
        using var handle = Libc.OpenToRead(path);
        if (handle.IsInvalid)
            return File.Exists(path) ? throw new IOException("The file " + path + " can't be read.") : [];
        var bytes = new byte[RandomAccess.GetLength(handle)];
        return bytes[..RandomAccess.Read(handle, bytes, 0)];
    }

    /// <summary>Closes the file; the lock is free from here on. More than once does nothing.</summary>
    public void Dispose()
    {
        if (!_file.IsClosed)
            SmallFile.Release(_file);
    }

    void CutBack()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException e)
        {
            SelfLog.Report("Half an event could not be taken back.", e);
            _length = FullAt;
        }
    }
}
