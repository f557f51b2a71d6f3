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

    /// <summary>
    /// Reads the beginning of a regular file of this user; -1 if there is none, or the path is a folder. Never waits: a
    /// pipe in the file's place is an error.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is another user's.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ReadStart(string path, Span<byte> into) =>
        OperatingSystem.IsLinux() ? ReadLinux(path, into) : ReadElsewhere(path, into);

    /// <summary>Reads a whole regular file; null if there is none, or the path is a folder. Never waits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">A longer file is an error.</param>
    /// <param name="ofAnyone">True for a file of the machine, which is not this user's.</param>
    /// <exception cref="IOException">The file cannot be read, or is not a regular file.</exception>
    /// <exception cref="InvalidDataException">The file is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is another user's.</exception>
    internal static byte[]? ReadAll(string path, int maxBytes, bool ofAnyone = false)
    {
        if (!OperatingSystem.IsLinux())
            return ReadAllElsewhere(path, maxBytes, ofAnyone);
        var file = OpenToRead(path, ofAnyone, out var size);
        if (file < 0)
            return null;
        try
        {
            if (size > maxBytes)
                throw TooLong(path, maxBytes);
            var bytes = new byte[(int)size];
            var length = Fill(file, bytes, path);
            return length == bytes.Length ? bytes : bytes[..length];
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

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
        var file = OpenToRead(path, ofAnyone: false, out _);
        if (file < 0)
            return -1;
        try
        {
            return Fill(file, into, path);
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    // -1: there is no such file, or it is a folder. Opened without waiting, and the type is checked on the open file,
    // because what is at the path may change between two calls.
    static int OpenToRead(string path, bool ofAnyone, out long size)
    {
        size = 0;
        var file = OpenLinux(path, Libc.O_RDONLY | Libc.O_NONBLOCK);
        if (file < 0)
            return Libc.IsNotFound(Marshal.GetLastPInvokeError()) ? -1 : throw LastError(path);
        var error = Libc.Status(file, out var status);
        size = status.Size;
        if (error == 0 && status.IsFile && (ofAnyone || Libc.IsOurs(status)))
            return file;
        _ = Libc.close(file);
        return error == 0 && status.IsFolder ? -1 : throw Unusable(path, error, status);
    }

    static Exception Unusable(string path, int error, FileStatus status)
    {
        if (error != 0)
            return Libc.ToException(path, error);
        return status.IsFile
            ? new UnauthorizedAccessException(path + ": the file belongs to another user")
            : new IOException(path + ": not a regular file");
    }

    static InvalidDataException TooLong(string path, int maxBytes) =>
        new(path + ": the file is longer than " + maxBytes + " bytes");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Fill(int file, Span<byte> into, string path)
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
                else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                    throw LastError(path);
            }
        }

        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

        // On a file system without locks each run would leave an empty file.
        File.Delete(path);
        throw error;
    }

    static void AppendLinux(string path, ReadOnlySpan<byte> bytes)
    {
        var file = OpenLinux(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NONBLOCK);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
        if (!IsThere(path, ofAnyone: false))
            return -1;
        using var file = StateFolder.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
    }

    static byte[]? ReadAllElsewhere(string path, int maxBytes, bool ofAnyone)
    {
        if (!IsThere(path, ofAnyone))
            return null;
        using var file = StateFolder.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > maxBytes)
            throw TooLong(path, maxBytes);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // A pipe would block the open.
    static bool IsThere(string path, bool ofAnyone) => File.Exists(path)
        && (Libc.IsOwnFile(path, ofAnyone) ? true : throw new IOException(path + ": not a regular file of this user"));

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
