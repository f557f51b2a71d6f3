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
    internal const int EBADF = 9;
    internal const int EAGAIN = 11;
    internal const int EACCES = 13;
    internal const int ENOTDIR = 20;

    // fcntl.h and sys/file.h: the same on all processors for which .NET supports Linux.
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 0x1;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;

    /// <summary>
    /// The C library of Linux by its file name, also under musl. With the short name the runtime tries seven files that
    /// do not exist, or load no library, and that costs a short run more than the calls themselves.
    /// </summary>
    const string Linux = "libc.so.6";

    // Offsets of members in struct stat of macOS. Bytes.
    const int MacStMode = 4;
    const int MacStUid = 16;
    const int MaxMacStatBytes = 512;
    const int MacEagain = 35;
    const short POLLOUT = 4;
    const int F_GETFD = 1;
    const int FD_CLOEXEC = 1;
    const int RLIMIT_FSIZE = 1;

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
    internal static SafeFileHandle OpenToRead(string path) =>
        new(OpenByText(path, OperatingSystem.IsLinux() ? O_RDONLY | O_NONBLOCK : O_RDONLY), ownsHandle: true);

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
            return Status(ToNative(path), out var status) == 0 && IsOurs(status);
        return !OperatingSystem.IsMacOS() || MacStatus(path) is (_, true);
    }

    /// <summary>The same for a status that is already known; Linux only.</summary>
    internal static bool IsOurs(in FileStatus status) => status.Owner == LinuxGeteuid();

    /// <summary>
    /// True for a regular file of this process's user: nothing else in a folder of the SDK is opened. Also true on a
    /// system whose answer the SDK cannot read.
    /// </summary>
    internal static bool IsOwnFile(string path, bool ofAnyone = false)
    {
        if (OperatingSystem.IsLinux())
            return Status(ToNative(path), out var status) == 0 && status.IsFile && (ofAnyone || IsOurs(status));
        return !OperatingSystem.IsMacOS() || (MacStatus(path) is (true, var ours) && (ofAnyone || ours));
    }

    static (bool IsFile, bool IsOurs) MacStatus(string path)
    {
        var answer = stackalloc byte[MaxMacStatBytes];
        var failed = RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? MacStat64(path, answer)
            : stat(path, answer);
        var isFile = (*(ushort*)(answer + MacStMode) & FileStatus.S_IFMT) == FileStatus.S_IFREG;
        return failed != 0 ? default : (isFile, *(uint*)(answer + MacStUid) == geteuid());
    }

    /// <summary>Distinguishes the present file at a path from others; Linux only.</summary>
    /// <param name="native">The path, from <see cref="ToNative"/>.</param>
    /// <param name="path">The path, for the exception.</param>
    /// <exception cref="IOException">It cannot be determined whether the file exists.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be determined.</exception>
    internal static FileMark MarkOf(byte[] native, string path)
    {
        var error = Status(native, out var status);
        if (error != 0)
            return IsNotFound(error) ? default : throw ToException(path, error);
        return new FileMark
        {
            Exists = true,
            Node = status.Node,
            Size = status.Size,
            Changed = status.Changed,
            Renamed = status.Renamed,
        };
    }

    /// <summary>True if a folder exists; Linux only.</summary>
    internal static bool FolderExists(byte[] native) => Status(native, out var status) == 0 && status.IsFolder;

    /// <summary>True for the errors that say that there is no such file.</summary>
    internal static bool IsNotFound(int error) => error is ENOENT or ENOTDIR;

    /// <summary>True if this process has opened the descriptor: an inherited one can't have the flag.</summary>
    internal static bool ClosesOnExec(int descriptor) =>
        fcntl(descriptor, F_GETFD) is var flags and >= 0 && (flags & FD_CLOEXEC) != 0;

    /// <summary>
    /// The greatest size of a file that this process may write, in bytes; Linux only. A write beyond it ends the
    /// process with SIGXFSZ.
    /// </summary>
    internal static ulong MaxFileSize()
    {
        var limits = stackalloc ulong[2]; // struct rlimit: the present limit and the greatest one
        return getrlimit(RLIMIT_FSIZE, limits) == 0 ? limits[0] : ulong.MaxValue;
    }

    /// <summary>Writes to a descriptor on any Unix; -1: it failed, and the last error says why.</summary>
    internal static nint WriteTo(int descriptor, byte* bytes, int length) =>
        OperatingSystem.IsLinux() ? write(descriptor, bytes, length) : WriteElsewhere(descriptor, bytes, length);

    /// <summary>
    /// True if a write that failed with that error can be tried again, after waiting for room if the descriptor does
    /// not block. Leaves the last error as it is.
    /// </summary>
    internal static bool MayRetryWrite(int descriptor, int error, int maxWaitMilliseconds)
    {
        if (error == EINTR)
            return true;
        if (error != (OperatingSystem.IsLinux() ? EAGAIN : MacEagain))
            return false;
        var room = new PollFile { Descriptor = descriptor, Events = POLLOUT };
        var found = poll(&room, 1, maxWaitMilliseconds);
        Marshal.SetLastPInvokeError(error);
        return found == 1;
    }

    /// <summary>The exception that the framework throws for an error.</summary>
    internal static Exception ToException(string path, int error)
    {
        var message = path + ": " + Marshal.GetPInvokeErrorMessage(error);
        return error is EPERM or EACCES ? new UnauthorizedAccessException(message) : new IOException(message);
    }

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

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteElsewhere(int file, byte* buffer, nint length);

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command);

    [LibraryImport(Linux)]
    private static partial int getrlimit(int resource, ulong* limits);

    [LibraryImport("libc")]
    private static partial int poll(PollFile* files, nuint count, int milliseconds);

    // With the error, although it is not read: then the generated method makes the call. Called directly in a
    // `finally`, it would need a stub, the only method of a precompiled tool that the JIT compiles.
    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int close(int file);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int flock(int file, int operation);

    [LibraryImport(Linux, SetLastError = true)]
    internal static partial int rename(byte* path, byte* name);

    [LibraryImport(Linux, EntryPoint = "geteuid")]
    private static partial uint LinuxGeteuid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenByText(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int stat(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacStat64(string path, byte* answer);

    // struct pollfd.
    [StructLayout(LayoutKind.Sequential)]
    struct PollFile
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }
}
