// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Collector.Tests;

/// <summary>A file system in memory of a few megabytes, mounted in a folder. Only root can mount it.</summary>
sealed class SmallDisk : IDisposable
{
    readonly string _path;

    SmallDisk(string path) => _path = path;

    string Ballast => Path.Combine(_path, "ballast");

    /// <summary>Mounts a disk. Null: this user may not mount.</summary>
    public static SmallDisk? TryMount(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        return OperatingSystem.IsLinux() && Programs.Works("mount", "-t", "tmpfs", "-o", size, "tallymark-test", path)
            ? new SmallDisk(path) : null;
    }

    /// <summary>Fills the disk until only <paramref name="free"/> bytes are left.</summary>
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
