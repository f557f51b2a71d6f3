// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Tallymark;

#pragma warning disable IDE1006 // The names of the C library.
/// <summary>
/// The status of files on Linux: by <c>statx</c>, or by <c>fstatat</c> where a container host refuses <c>statx</c>.
/// </summary>
static unsafe partial class Libc
{
    const int ENOSYS = 38;
    const int AT_FDCWD = -100;
    const int AT_EMPTY_PATH = 0x1000;
    const uint STATX_BASIC_STATS = 0x7ff;

    // Offsets of members in struct statx. Bytes.
    const int StxUid = 20;
    const int StxMode = 28;
    const int StxIno = 32;
    const int StxSize = 40;
    const int StxCtime = 96;
    const int StxMtime = 112;
    const int MaxStatBytes = 256;

    // Offsets of members in struct stat of Linux: the same on both processors, except for mode and user.
    const int StIno = 8;
    const int StSize = 48;
    const int StMtime = 88;
    const int StCtime = 104;

    /// <summary>The status of the file at a path; 0, or the error.</summary>
    /// <param name="native">The path, from <see cref="ToNative"/>.</param>
    /// <param name="status">Valid after 0.</param>
    internal static int Status(byte[] native, out FileStatus status)
    {
        fixed (byte* path = native)
            return Status(AT_FDCWD, path, 0, out status);
    }

    /// <summary>The status of an open file; 0, or the error.</summary>
    internal static int Status(int file, out FileStatus status)
    {
        byte empty = 0;
        return Status(file, &empty, AT_EMPTY_PATH, out status);
    }

    // One method for what several would say more shortly: each short run compiles it.
    static int Status(int folder, byte* path, int flags, out FileStatus status)
    {
        status = default;
        var answer = stackalloc byte[MaxStatBytes];
        if (statx(folder, path, flags, STATX_BASIC_STATS, answer) != 0)
        {
            // No path is refused with these two: the system does not know the call, or a filter refuses it.
            var error = Marshal.GetLastPInvokeError();
            return error is ENOSYS or EPERM ? OldStatus(folder, path, flags, ref status) : error;
        }

        status.Mode = *(ushort*)(answer + StxMode);
        status.IsFile = (status.Mode & FileStatus.S_IFMT) == FileStatus.S_IFREG;
        status.IsFolder = (status.Mode & FileStatus.S_IFMT) == FileStatus.S_IFDIR;
        status.Owner = *(uint*)(answer + StxUid);
        status.Node = *(long*)(answer + StxIno);
        status.Size = *(long*)(answer + StxSize);
        status.Changed = *(long*)(answer + StxMtime) * 1_000_000_000 + *(uint*)(answer + StxMtime + sizeof(long));
        status.Renamed = *(long*)(answer + StxCtime) * 1_000_000_000 + *(uint*)(answer + StxCtime + sizeof(long));
        return 0;
    }

    static int OldStatus(int folder, byte* path, int flags, ref FileStatus status)
    {
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        if (!arm && RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return ENOSYS;
        var answer = stackalloc byte[MaxStatBytes];
        int failed;
        try
        {
            failed = fstatat(folder, path, answer, flags);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.33. The first argument is the version of the struct on this processor.
            failed = OldFstatat(arm ? 0 : 1, folder, path, answer, flags);
        }

        if (failed != 0)
            return Marshal.GetLastPInvokeError();
        status.Mode = *(uint*)(answer + (arm ? 16 : 24));
        status.IsFile = (status.Mode & FileStatus.S_IFMT) == FileStatus.S_IFREG;
        status.IsFolder = (status.Mode & FileStatus.S_IFMT) == FileStatus.S_IFDIR;
        status.Owner = *(uint*)(answer + (arm ? 24 : 28));
        status.Node = *(long*)(answer + StIno);
        status.Size = *(long*)(answer + StSize);
        status.Changed = *(long*)(answer + StMtime) * 1_000_000_000 + *(long*)(answer + StMtime + sizeof(long));
        status.Renamed = *(long*)(answer + StCtime) * 1_000_000_000 + *(long*)(answer + StCtime + sizeof(long));
        return 0;
    }

    [LibraryImport(Linux, SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* answer);

    [LibraryImport(Linux, SetLastError = true)]
    private static partial int fstatat(int folder, byte* path, byte* answer, int flags);

    [LibraryImport(Linux, EntryPoint = "__fxstatat", SetLastError = true)]
    private static partial int OldFstatat(int version, int folder, byte* path, byte* answer, int flags);
}
