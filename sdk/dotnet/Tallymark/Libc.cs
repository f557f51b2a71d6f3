// SPDX-License-Identifier: MIT
// The few calls of the C library that the framework does not offer. Unix only.

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tallymark;

static unsafe partial class Libc
{
    /// <summary>
    /// The C library of Linux by its file's name, also under musl: by its short name the runtime tries seven files that are not
    /// there, or no library, which costs a short run more than the calls do.
    /// </summary>
    const string Linux = "libc.so.6";

    const int CurrentFolder = -100;
    const uint WantOwner = 0x8;
    const uint WantMark = 0x3c0;
    const int OwnerInStatx = 20;
    const int NodeInStatx = 32;
    const int SizeInStatx = 40;
    const int RenamedInStatx = 96;
    const int ChangedInStatx = 112;
    const int NothingThere = 2;
    const int NoFolderThere = 20;
    const int NotAllowed = 1;
    const int NoAccess = 13;
    const int IsFolder = 0x4000;
    const int KindOfFile = 0xf000;
    const uint WantKind = 0x1;
    const int KindInStatx = 28;
    const int OwnerInMacStat = 16;

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint User();

    /// <summary>True if the descriptor is a terminal.</summary>
    internal static bool IsTerminal(int descriptor) =>
        (OperatingSystem.IsLinux() ? LinuxIsTerminal(descriptor) : UnixIsTerminal(descriptor)) == 1;

    /// <summary>Makes this process (on Linux: this thread and the ones it starts) give way to others.</summary>
    [LibraryImport("libc", EntryPoint = "nice")]
    internal static partial int GiveWay(int by);

    /// <summary>Gives a file a second name, in one step; false where that name is taken, or the disk has no hard links.</summary>
    internal static bool TryLink(string path, string name) => Link(path, name) == 0;

    /// <summary>Opens a file for reading and takes no lock; not valid where that fails.</summary>
    internal static SafeFileHandle OpenToRead(string path) => new(Open(path, 0), ownsHandle: true);

    /// <summary>A path as the calls of Linux take it: UTF-8 with a zero at its end.</summary>
    internal static byte[] Name(string path)
    {
        var name = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, 0, path.Length, name, 0);
        return name;
    }

    /// <summary>
    /// True if the file or folder belongs to this process's user. True as well where the system offers no answer that we
    /// know how to read (FreeBSD): there only the rights decide.
    /// </summary>
    internal static bool IsOurs(string path)
    {
        if (OperatingSystem.IsLinux())
            return IsOurs(Name(path));
        return !OperatingSystem.IsMacOS() || IsOursOnMac(path);
    }

    static bool IsOurs(byte[] name)
    {
        var answer = stackalloc byte[256];
        fixed (byte* start = name)
            return StatxOf(CurrentFolder, start, 0, WantOwner, answer) == 0 && *(uint*)(answer + OwnerInStatx) == LinuxUser();
    }

    static bool IsOursOnMac(string path)
    {
        var answer = stackalloc byte[512];
        var failed = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? MacStat64(path, answer) : Stat(path, answer);
        return failed == 0 && *(uint*)(answer + OwnerInMacStat) == User();
    }

    /// <summary>What tells the file at a path from others; Linux only. <paramref name="name"/> is the path in UTF-8 with a zero.</summary>
    /// <exception cref="IOException">Nobody can know whether it is there.</exception>
    internal static FileMark MarkOf(byte[] name, string path)
    {
        var answer = stackalloc byte[256];
        fixed (byte* start = name)
        {
            if (StatxOf(CurrentFolder, start, 0, WantMark, answer) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return IsNothing(error) ? default : throw Failure(path, error);
            }
        }

        return new FileMark
        {
            There = true,
            Node = *(long*)(answer + NodeInStatx),
            Size = *(long*)(answer + SizeInStatx),
            Changed = Ticks(answer + ChangedInStatx),
            Renamed = Ticks(answer + RenamedInStatx),
        };
    }

    /// <summary>True if a folder is there; Linux only.</summary>
    internal static bool FolderExists(byte[] name)
    {
        var answer = stackalloc byte[256];
        fixed (byte* start = name)
            return StatxOf(CurrentFolder, start, 0, WantKind, answer) == 0 && (*(ushort*)(answer + KindInStatx) & KindOfFile) == IsFolder;
    }

    /// <summary>True for the errors that say that there is no such file.</summary>
    internal static bool IsNothing(int error) => error is NothingThere or NoFolderThere;

    /// <summary>What the framework throws for such an error.</summary>
    internal static Exception Failure(string path, int error)
    {
        var message = path + ": " + Marshal.GetPInvokeErrorMessage(error);
        return error is NotAllowed or NoAccess ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    // Seconds and nanoseconds in one number, which only has to differ.
    static long Ticks(byte* time) => *(long*)time * 1_000_000_000 + *(uint*)(time + sizeof(long));

    [LibraryImport(Linux, EntryPoint = "isatty")]
    private static partial int LinuxIsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int UnixIsTerminal(int descriptor);

    [LibraryImport(Linux, EntryPoint = "open", SetLastError = true)]
    internal static partial int LinuxOpen(byte* path, int flags, int mode);

    [LibraryImport(Linux, EntryPoint = "read", SetLastError = true)]
    internal static partial nint LinuxRead(int file, byte* into, nint length);

    [LibraryImport(Linux, EntryPoint = "write", SetLastError = true)]
    internal static partial nint LinuxWrite(int file, byte* from, nint length);

    [LibraryImport(Linux, EntryPoint = "close")]
    internal static partial int LinuxClose(int file);

    [LibraryImport(Linux, EntryPoint = "flock", SetLastError = true)]
    internal static partial int LinuxLock(int file, int how);

    [LibraryImport(Linux, EntryPoint = "rename", SetLastError = true)]
    internal static partial int LinuxRename(byte* path, byte* name);

    [LibraryImport(Linux, EntryPoint = "geteuid")]
    private static partial uint LinuxUser();

    [LibraryImport(Linux, EntryPoint = "statx", SetLastError = true)]
    private static partial int StatxOf(int folder, byte* path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacStat64(string path, byte* answer);
}
