// SPDX-License-Identifier: MIT
// Small files, read, made and added to in as few steps as the system has: each run does it, and a short one feels the rest.

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Record;

/// <summary>
/// On Linux the system's own calls: a FileStream locks what it opens and looks at it first, and a process that has not used
/// one yet makes ready some forty methods for it. Elsewhere the framework's. Safe for any thread.
/// </summary>
static unsafe class SmallFile
{
    // The same on all processors that .NET knows Linux on.
    const int ToRead = 0;
    const int ToWrite = 0x1;
    const int Make = 0x40;
    const int OnlyNew = 0x80;
    const int AtEnd = 0x400;
    const int NotForChildren = 0x80000;
    const int Own = 0x180; // rw-------
    const int AloneOrNot = 2 | 4; // exclusive, without waiting
    const int Unlock = 8;
    const int Interrupted = 4;
    const int Folder = 21;

    /// <summary>Reads the beginning of a file; -1 if there is none, or a folder in its place.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static int ReadStart(string path, Span<byte> into) =>
        OperatingSystem.IsLinux() ? ReadLinux(path, into) : ReadElsewhere(path, into);

    /// <summary>Makes a file that was not there, for this user alone, and holds the lock on it that spec/spool.md describes.</summary>
    /// <exception cref="IOException">It was there, or can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    internal static SafeFileHandle Create(string path) => OperatingSystem.IsLinux() ? CreateLinux(path) : CreateElsewhere(path);

    /// <summary>
    /// Gives the lock back and closes the file. Closing alone does not give it back at once: a child process that another
    /// thread is starting has every descriptor until its program begins, and a lock lasts until the last one is closed.
    /// </summary>
    internal static void Release(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            _ = Libc.LinuxLock((int)file.DangerousGetHandle(), Unlock);
        file.Dispose();
    }

    /// <summary>Adds to the end of a file that <see cref="Create"/> made, in one write unless the disk is full; elsewhere at <paramref name="end"/>.</summary>
    /// <exception cref="IOException">It can't be written, or not all of it.</exception>
    internal static void Add(SafeFileHandle file, ReadOnlySpan<byte> bytes, long end)
    {
        if (OperatingSystem.IsLinux())
            AddLinux((int)file.DangerousGetHandle(), bytes, "the spool file");
        else
            RandomAccess.Write(file, bytes, end);
    }

    /// <summary>Adds to the end of a file, in one write; makes it where there is none.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsLinux())
            AppendLinux(path, bytes);
        else
            AppendElsewhere(path, bytes);
    }

    /// <summary>Gives a file another name on the same disk, in one step, also where that name is taken.</summary>
    /// <exception cref="IOException">It can't be done.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    internal static void Rename(string path, string name)
    {
        if (OperatingSystem.IsLinux())
            RenameLinux(path, name);
        else
            File.Move(path, name, overwrite: true);
    }

    /// <summary>True if there is such a folder, and it may be seen.</summary>
    internal static bool FolderExists(string path) =>
        OperatingSystem.IsLinux() ? Libc.FolderExists(Libc.Name(path)) : Directory.Exists(path);

    static int ReadLinux(string path, Span<byte> into)
    {
        var file = OpenLinux(path, ToRead);
        if (file < 0)
            return Libc.IsNothing(Marshal.GetLastPInvokeError()) ? -1 : throw Failure(path);
        try
        {
            var length = 0;
            fixed (byte* start = into)
            {
                while (length < into.Length)
                {
                    var read = Libc.LinuxRead(file, start + length, into.Length - length);
                    if (read == 0)
                        break;
                    if (read > 0)
                        length += (int)read;
                    else if (Marshal.GetLastPInvokeError() == Folder)
                        return -1;
                    else if (Marshal.GetLastPInvokeError() != Interrupted)
                        throw Failure(path);
                }
            }

            return length;
        }
        finally
        {
            _ = Libc.LinuxClose(file);
        }
    }

    static SafeFileHandle CreateLinux(string path)
    {
        var file = OpenLinux(path, ToWrite | Make | OnlyNew | AtEnd);
        if (file < 0)
            throw Failure(path);
        var handle = new SafeFileHandle(file, ownsHandle: true);
        if (Libc.LinuxLock(file, AloneOrNot) == 0)
            return handle;
        var failure = Failure(path);
        handle.Dispose();
        throw failure;
    }

    static void AppendLinux(string path, ReadOnlySpan<byte> bytes)
    {
        var file = OpenLinux(path, ToWrite | Make | AtEnd);
        if (file < 0)
            throw Failure(path);
        try
        {
            AddLinux(file, bytes, path);
        }
        finally
        {
            _ = Libc.LinuxClose(file);
        }
    }

    static void AddLinux(int file, ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = Libc.LinuxWrite(file, start + done, bytes.Length - done);
                if (written >= 0)
                    done += (int)written;
                else if (Marshal.GetLastPInvokeError() != Interrupted)
                    throw Failure(path);
            }
        }
    }

    static void RenameLinux(string path, string name)
    {
        fixed (byte* from = Libc.Name(path), to = Libc.Name(name))
        {
            if (Libc.LinuxRename(from, to) != 0)
                throw Failure(path);
        }
    }

    static int OpenLinux(string path, int flags)
    {
        fixed (byte* name = Libc.Name(path))
        {
            int file;
            do
                file = Libc.LinuxOpen(name, flags | NotForChildren, Own);
            while (file < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return file;
        }
    }

    static Exception Failure(string path) => Libc.Failure(path, Marshal.GetLastPInvokeError());

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
        using var file = StateFolder.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(bytes);
    }
}
