// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Release;

/// <summary>
/// Lets one publisher at a time write a folder. Held until disposed or until the process ends, however it ends.
/// </summary>
sealed class FolderLock : IDisposable
{
    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>Acquires the lock without waiting.</summary>
    /// <exception cref="PublishException">Another publisher holds it.</exception>
    public static FolderLock Acquire(string folder)
    {
        var path = Path.Combine(folder, ".publish.lock");
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new PublishException(
                $"Another publisher is writing {folder}. Wait until it has finished, then try again.", e);
        }
    }

    /// <summary>Releases the lock. The file stays: if it were deleted, two publishers could hold two files with the
    /// same name.</summary>
    public void Dispose() => _file.Dispose();
}
