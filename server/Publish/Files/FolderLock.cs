// SPDX-License-Identifier: MIT
// One publisher at a time writes a folder.

namespace Tallymark.Publish.Files;

/// <summary>Holds a folder until it is disposed or the process ends, however it ends.</summary>
sealed class FolderLock : IDisposable
{
    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="PublishException">Another publisher has it.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, ".publish.lock");
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new PublishException(
                $"Another publisher is writing {folder} now. Wait until it has ended, then try again.", e);
        }
    }

    /// <summary>Gives it back. The file stays: deleting it would let two publishers hold two files of one
    /// name.</summary>
    public void Dispose() => _file.Dispose();
}
