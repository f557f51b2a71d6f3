// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Record;

/// <summary>
/// Reads, creates and appends to small files with as few system calls as possible, because every run does it and a
/// short run feels the difference. On Linux with the system's own calls: a FileStream locks and checks each file that
/// it opens, and its first use in a process prepares some forty methods. Elsewhere with the framework. Thread-safe.
/// </summary>
static unsafe class RawFile
{
    const int OwnerReadWrite = 0x180; // 0600

    /// <summary>Reads the beginning of a file; -1 if there is none, or the path is a folder.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal static int ReadStart(string path, Span<byte> into) =>
        OperatingSystem.IsLinux() ? ReadLinux(path, into) : ReadElsewhere(path, into);

    /// <summary>Creates a new file for this user alone, and takes the lock that spec/spool.md describes.</summary>
    /// <exception cref="IOException">The file exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be created.</exception>
    internal static SafeFileHandle Create(string path) =>
        OperatingSystem.IsLinux() ? CreateLinux(path) : CreateElsewhere(path);

    /// <summary>
    /// Releases the lock and closes the file. Closing alone does not release it at once: a child process that another
    /// thread is starting has a copy of every descriptor until its program begins, and a lock lasts until the last copy
    /// is closed.
    /// </summary>
    internal static void Release(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            _ = Libc.flock((int)file.DangerousGetHandle(), Libc.LOCK_UN);
        file.Dispose();
    }

    /// <summary>
    /// Appends to a file that <see cref="Create"/> made, in one write unless the disk is full. Elsewhere than on Linux
    /// it writes at <paramref name="end"/>.
    /// </summary>
    /// <exception cref="IOException">The bytes cannot be written, or not all of them.</exception>
    internal static void Append(SafeFileHandle file, ReadOnlySpan<byte> bytes, long end)
    {
        if (OperatingSystem.IsLinux())
            WriteLinux((int)file.DangerousGetHandle(), bytes, "the spool file");
        else
            RandomAccess.Write(file, bytes, end);
    }

    /// <summary>Appends to a file, in one write; creates it if there is none.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    internal static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsLinux())
            AppendLinux(path, bytes);
        else
            AppendElsewhere(path, bytes);
    }

    /// <summary>Renames a file on the same disk, in one step; replaces a file that has that name.</summary>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be renamed.</exception>
    internal static void Rename(string path, string name)
    {
        if (OperatingSystem.IsLinux())
            RenameLinux(path, name);
        else
            File.Move(path, name, overwrite: true);
    }

    /// <summary>True if the folder exists and is visible to this user.</summary>
    internal static bool FolderExists(string path) =>
        OperatingSystem.IsLinux() ? Libc.FolderExists(Libc.ToNative(path)) : Directory.Exists(path);

    static int ReadLinux(string path, Span<byte> into)
    {
        var file = OpenLinux(path, Libc.O_RDONLY);
        if (file < 0)
            return Libc.IsNotFound(Marshal.GetLastPInvokeError()) ? -1 : throw LastError(path);
        try
        {
            var length = 0;
            fixed (byte* start = into)
            {
                while (length < into.Length)
                {
                    var read = Libc.read(file, start + length, into.Length - length);
                    if (read == 0)
                        break;
                    if (read > 0)
                        length += (int)read;
                    else if (Marshal.GetLastPInvokeError() == Libc.EISDIR)
                        return -1;
                    else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                        throw LastError(path);
                }
            }

            return length;
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    static SafeFileHandle CreateLinux(string path)
    {
        var file = OpenLinux(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_APPEND);
        if (file < 0)
            throw LastError(path);
        var handle = new SafeFileHandle(file, ownsHandle: true);
        if (Libc.flock(file, Libc.LOCK_EX | Libc.LOCK_NB) == 0)
            return handle;
        var error = LastError(path);
        handle.Dispose();
        throw error;
    }

    static void AppendLinux(string path, ReadOnlySpan<byte> bytes)
    {
        var file = OpenLinux(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND);
        if (file < 0)
            throw LastError(path);
        try
        {
            WriteLinux(file, bytes, path);
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    static void WriteLinux(int file, ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = Libc.write(file, start + done, bytes.Length - done);
                if (written >= 0)
                    done += (int)written;
                else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                    throw LastError(path);
            }
        }
    }

    static void RenameLinux(string path, string name)
    {
        fixed (byte* from = Libc.ToNative(path), to = Libc.ToNative(name))
        {
            if (Libc.rename(from, to) != 0)
                throw LastError(path);
        }
    }

    static int OpenLinux(string path, int flags)
    {
        fixed (byte* native = Libc.ToNative(path))
        {
            int file;
            do
                file = Libc.open(native, flags | Libc.O_CLOEXEC, OwnerReadWrite);
            while (file < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            return file;
        }
    }

    static Exception LastError(string path) => Libc.ToException(path, Marshal.GetLastPInvokeError());

    static int ReadElsewhere(string path, Span<byte> into)
    {
        if (!File.Exists(path))
            return -1;
        using var file = StateFolder.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
    }

    static SafeFileHandle CreateElsewhere(string path)
    {
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(handle, StateFolder.OwnFile);
        return handle;
    }

    static void AppendElsewhere(string path, ReadOnlySpan<byte> bytes)
    {
        const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
        using var file = StateFolder.Open(path, FileMode.Append, FileAccess.Write, Share);
        file.Write(bytes);
    }
}
