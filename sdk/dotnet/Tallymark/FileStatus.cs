// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Tallymark;

/// <summary>
/// The status of a file or folder, from the system. Linux only. Fields rather than properties, because each property is
/// one more method for the JIT to compile in a short run.
/// </summary>
#pragma warning disable IDE1006 // The names of the C library.
[StructLayout(LayoutKind.Auto)]
struct FileStatus
{
    internal const uint S_IFMT = 0xf000;
    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFDIR = 0x4000;

    /// <summary>The permission of the owner to write: 0200.</summary>
    internal const uint OwnerWrites = 0x80;

    /// <summary>The permissions of the group and of others to write: 0022.</summary>
    internal const uint OthersWrite = 0x12;

    internal uint Mode;
    internal uint Owner;
    internal bool IsFile;
    internal bool IsFolder;
    internal long Node;
    internal long Size;

    // Nanoseconds. They may wrap: they are only compared for equality.
    internal long Changed;
    internal long Renamed;
}
