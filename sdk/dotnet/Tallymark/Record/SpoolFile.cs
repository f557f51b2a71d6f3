// SPDX-License-Identifier: MIT
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Record;

/// <summary>
/// The spool file of this process: locked while it may be written, with one write per line (spec/spool.md). Not
/// thread-safe: the client calls it under its lock.
/// </summary>
sealed class SpoolFile : IDisposable
{
    /// <summary>A long-running process closes its file at this length, so that it can be sent. Bytes.</summary>
    const long FullAtBytes = 256 * 1024;

    internal const string Ending = ".ndjson";
    internal const string NewEnding = ".new";

    readonly SafeFileHandle _file;
    readonly string _path;
    long _length;

    SpoolFile(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>True if the next line must go to another file.</summary>
    internal bool IsFull => _length >= FullAtBytes;

    /// <summary>Makes the file and takes its lock before it gets a name that an uploader looks for.</summary>
    /// <param name="folder">The folder of all spool files.</param>
    /// <param name="period">The id's period (<see cref="IdentityPeriod"/>), which begins the name; empty: none.</param>
    internal static SpoolFile Create(string folder, string period)
    {
        StateFolder.Make(folder);
        var name = Name(period);
        var path = Path.Combine(folder, name + Ending);

        // On Windows opening without sharing is the lock, and such an open file cannot be renamed.
        if (OperatingSystem.IsWindows())
            return new SpoolFile(RawFile.Create(path), path);
        var hidden = Path.Combine(folder, "." + name + NewEnding);
        var file = RawFile.Create(hidden);
        try
        {
            RawFile.Rename(hidden, path);
            return new SpoolFile(file, path);
        }
        catch
        {
            file.Dispose();
            File.Delete(hidden);
            throw;
        }
    }

    /// <summary>A new name without its ending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static string Name(string period) =>
        period.Length == 0 ? StateFolder.RandomName() : period + "-" + StateFolder.RandomName();

    /// <summary>
    /// Makes a spool file and writes to it as an event would, then removes it. Without an LF nothing in it counts, also
    /// if this process is killed before that. Throws if an event could not be written.
    /// </summary>
    /// <exception cref="IOException">The file cannot be made, locked or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal static void Probe(string folder)
    {
        using var file = Create(folder, period: "");
        try
        {
            RawFile.Append(file._file, new byte[StateFolder.ProbeBytes], end: 0);
        }
        finally
        {
            File.Delete(file._path);
        }
    }

    /// <summary>
    /// Appends a line with its LF. False if it could not be written. The file is then truncated to its old length; if
    /// even that fails, it gets no more lines, so the partial line stays at its end, where it does not count.
    /// </summary>
    internal bool TryWrite(ReadOnlySpan<byte> line)
    {
        try
        {
            RawFile.Append(_file, line, _length);
            _length += line.Length;
            return true;
        }
        catch (IOException e)
        {
            SelfLog.Report("An event could not be written.", e);
            Truncate();
            return false;
        }
    }

    /// <summary>
    /// The present content of a file to which a process may still write. Takes no lock, unlike the framework's own
    /// methods on Unix. Empty if an uploader has just moved the file.
    /// </summary>
    internal static byte[] ReadBesideItsWriter(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.ReadAllBytes(path);
        using var handle = Libc.OpenToRead(path);
        if (handle.IsInvalid)
            return File.Exists(path) ? throw new IOException("The file " + path + " cannot be read.") : [];
        var bytes = new byte[RandomAccess.GetLength(handle)];
        return bytes[..RandomAccess.Read(handle, bytes, 0)];
    }

    /// <summary>Closes the file and releases the lock. May be called more than once.</summary>
    public void Dispose()
    {
        if (!_file.IsClosed)
            RawFile.Release(_file);
    }

    void Truncate()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException e)
        {
            SelfLog.Report("A partially written event could not be removed.", e);
            _length = FullAtBytes;
        }
    }
}
