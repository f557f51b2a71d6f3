// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tallymark;

#pragma warning disable IDE1006 // The names of the C library and of Windows.
/// <summary>
/// The few calls of the C library that the framework does not offer. Unix only. Calls and constants have their POSIX
/// (for <c>statx</c>: Linux) names.
/// </summary>
static unsafe partial class Libc
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int EACCES = 13;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;

    // fcntl.h and sys/file.h: the same on all processors for which .NET supports Linux.
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 0x1;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_APPEND = 0x400;
    internal const int O_CLOEXEC = 0x80000;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;

    /// <summary>
    /// The C library of Linux by its file name, also under musl. With the short name the runtime tries seven files that
    /// do not exist, or load no library, and that costs a short run more than the calls themselves.
    /// </summary>
    const string Linux = "libc.so.6";

    const int AT_FDCWD = -100;
    const int S_IFMT = 0xf000;
    const int S_IFDIR = 0x4000;
    const uint STATX_TYPE = 0x1;
    const uint STATX_UID = 0x8;
    const uint STATX_MTIME = 0x40;
    const uint STATX_CTIME = 0x80;
    const uint STATX_INO = 0x100;
    const uint STATX_SIZE = 0x200;

    // Offsets of members in struct statx and in struct stat of macOS. Bytes.
    const int StxUid = 20;
    const int StxMode = 28;
    const int StxIno = 32;
    const int StxSize = 40;
    const int StxCtime = 96;
    const int StxMtime = 112;
    const int MacStUid = 16;
    const int MaxStatxBytes = 256;
    const int MaxMacStatBytes = 512;

    /// <summary>The effective user id of this process.</summary>
    [LibraryImport("libc")]
    internal static partial uint geteuid();

    /// <summary>True if the descriptor is a terminal.</summary>
    internal static bool IsTerminal(int descriptor) =>
        (OperatingSystem.IsLinux() ? LinuxIsatty(descriptor) : isatty(descriptor)) == 1;

    /// <summary>
    /// Lowers the priority of this process (on Linux: of this thread and the threads that it starts).
    /// </summary>
    [LibraryImport("libc")]
    internal static partial int nice(int increment);

    /// <summary>
    /// Gives a file a second name, in one step. False if that name is taken, or the file system has no hard links.
    /// </summary>
    internal static bool TryLink(string path, string name) => link(path, name) == 0;

    /// <summary>Opens a file for reading and takes no lock. The handle is invalid if that fails.</summary>
    internal static SafeFileHandle OpenToRead(string path) => new(OpenByText(path, O_RDONLY), ownsHandle: true);

    /// <summary>A path in the form that Linux's calls take: UTF-8 with a zero at its end.</summary>
    internal static byte[] ToNative(string path)
    {
        var native = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, 0, path.Length, native, 0);
        return native;
    }

    /// <summary>
    /// True if the file or folder belongs to this process's user. Also true on a system whose answer the SDK cannot
    /// read (FreeBSD): there only the permissions decide.
    /// </summary>
    internal static bool IsOurs(string path)
    {
        if (OperatingSystem.IsLinux())
            return IsOurs(ToNative(path));
        return !OperatingSystem.IsMacOS() || IsOursOnMac(path);
    }

    static bool IsOurs(byte[] path)
    {
        var answer = stackalloc byte[MaxStatxBytes];
        fixed (byte* start = path)
            return statx(AT_FDCWD, start, 0, STATX_UID, answer) == 0 && *(uint*)(answer + StxUid) == LinuxGeteuid();
    }

    static bool IsOursOnMac(string path)
    {
        var answer = stackalloc byte[MaxMacStatBytes];
        var failed = RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? MacStat64(path, answer)
            : stat(path, answer);
        return failed == 0 && *(uint*)(answer + MacStUid) == geteuid();
    }

    /// <summary>Distinguishes the present file at a path from others; Linux only.</summary>
    /// <param name="native">The path, from <see cref="ToNative"/>.</param>
    /// <param name="path">The path, for the exception.</param>
    /// <exception cref="IOException">It cannot be determined whether the file exists.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be determined.</exception>
    internal static FileMark MarkOf(byte[] native, string path)
    {
        const uint Mask = STATX_MTIME | STATX_CTIME | STATX_INO | STATX_SIZE;
        var answer = stackalloc byte[MaxStatxBytes];
        fixed (byte* start = native)
        {
            if (statx(AT_FDCWD, start, 0, Mask, answer) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return IsNotFound(error) ? default : throw ToException(path, error);
            }
        }

        return new FileMark
        {
            Exists = true,
            Node = *(long*)(answer + StxIno),
            Size = *(long*)(answer + StxSize),
            Changed = Nanoseconds(answer + StxMtime),
            Renamed = Nanoseconds(answer + StxCtime),
        };
    }

    /// <summary>True if a folder exists; Linux only.</summary>
    internal static bool FolderExists(byte[] native)
    {
        var answer = stackalloc byte[MaxStatxBytes];
        fixed (byte* start = native)
            return statx(AT_FDCWD, start, 0, STATX_TYPE, answer) == 0
                && (*(ushort*)(answer + StxMode) & S_IFMT) == S_IFDIR;
    }

    /// <summary>True for the errors that say that there is no such file.</summary>
    internal static bool IsNotFound(int error) => error is ENOENT or ENOTDIR;

    /// <summary>The exception that the framework throws for an error.</summary>
    internal static Exception ToException(string path, int error)
    {
        var message = path + ": " + Marshal.GetPInvokeErrorMessage(error);
        return error is EPERM or EACCES ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    // Seconds and nanoseconds as one number. It may wrap: it is only compared for equality.
    static long Nanoseconds(byte* time) => *(long*)time * 1_000_000_000 + *(uint*)(time + sizeof(long));

    [LibraryImport(Linux, EntryPoint = "isatty")]
    private static partial int LinuxIsatty(int descriptor);

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int open(byte* path, int flags, int mode);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial nint read(int file, byte* buffer, nint length);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial nint write(int file, byte* buffer, nint length);

    [LibraryImport(Linux)]
    internal static partial int close(int file);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int flock(int file, int operation);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int rename(byte* path, byte* name);

    [LibraryImport(Linux, EntryPoint = "geteuid")]
    private static partial uint LinuxGeteuid();

    [LibraryImport(Linux, SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenByText(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int stat(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacStat64(string path, byte* answer);
}
