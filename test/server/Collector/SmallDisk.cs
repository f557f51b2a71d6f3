// SPDX-License-Identifier: MIT
// A disk of a few megabytes in a folder: a file system in memory, which only root can mount.

using System.Globalization;

namespace Tallymark.Collector.Tests;

sealed class SmallDisk : IDisposable
{
    readonly string _path;

    SmallDisk(string path) => _path = path;

    string Ballast => Path.Combine(_path, "ballast");

    /// <summary>Null: this user can mount nothing.</summary>
    public static SmallDisk? TryMount(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        return OperatingSystem.IsLinux() && Programs.Works("mount", "-t", "tmpfs", "-o", size, "tallymark-test", path) ? new SmallDisk(path) : null;
    }

    /// <summary>Fills it up to some free bytes.</summary>
    public void Fill(long free)
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var count = new DriveInfo(_path).AvailableFreeSpace - free;
        for (var block = new byte[4096]; count > 0; count -= block.Length)
            file.Write(block);
    }

    public void Free() => File.Delete(Ballast);

    public void MakeReadOnly() => Assert.True(Programs.Works("mount", "-o", "remount,ro", _path));

    public void MakeWritable() => Assert.True(Programs.Works("mount", "-o", "remount,rw", _path));

    public void Dispose() => Assert.True(Programs.Works("umount", "-l", _path));
}
