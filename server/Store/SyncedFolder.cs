// SPDX-License-Identifier: MIT
// Names of files that must outlast a power cut: a file that was synced can still lose its name.

using System.Runtime.InteropServices;

namespace Tallymark.Store;

/// <summary>Folders whose names are on disk. Safe for any thread.</summary>
public static partial class SyncedFolder
{
    /// <summary>
    /// On return the names in a folder are on disk, as they were when it was called. .NET opens no folder, so this asks the system; Windows has no such call and needs none.
    /// Cost: one flush.
    /// </summary>
    /// <exception cref="IOException">The folder can't be opened or synced.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = open(path, 0);
        if (handle < 0)
            throw new IOException($"{path} can't be opened to be synced (error {Marshal.GetLastPInvokeError()}).");
        var failed = fsync(handle) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = close(handle);
        if (failed)
            throw new IOException($"{path} can't be synced (error {error}).");
    }

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
