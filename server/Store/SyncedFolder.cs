// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Store;

/// <summary>
/// Makes the names of files survive a power failure: a file that was synced can still lose its name until its folder is
/// synced. Thread-safe.
/// </summary>
public static partial class SyncedFolder
{
    const int O_RDONLY = 0; // fcntl.h

    /// <summary>
    /// Syncs a folder: on return its names are durable, as of the call. .NET can't open a folder, so this calls the
    /// system; Windows has no such call and needs none. Cost: one fsync.
    /// </summary>
    /// <exception cref="IOException">The folder can't be opened or synced.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = open(path, O_RDONLY);
        if (handle < 0)
            throw new IOException($"{path} can't be opened for fsync (errno {Marshal.GetLastPInvokeError()}).");
        var failed = fsync(handle) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = close(handle);
        if (failed)
            throw new IOException($"{path} can't be synced (errno {error}).");
    }

    /// <summary>Renames a file, unless one of that name exists. Atomic, unlike <see cref="File.Move(string,
    /// string)"/>, which looks first and then renames.</summary>
    /// <exception cref="IOException">A file of that name exists, or the file can't be renamed.</exception>
    public static void MoveNew(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: false); // one system call there
            return;
        }

        if (link(from, to) != 0)
            throw new IOException($"{to} can't be created (errno {Marshal.GetLastPInvokeError()}).");
        File.Delete(from);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int link(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fsync(int handle);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int handle);
}
