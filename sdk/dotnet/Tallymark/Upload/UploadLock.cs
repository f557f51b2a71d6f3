// SPDX-License-Identifier: MIT
namespace Tallymark.Upload;

/// <summary>The lock of the one process that may send or delete the content of a folder (spec/spool.md).</summary>
static class UploadLock
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Takes the lock; dispose the result to release it. Null: another process has it, and <paramref name="wait"/> is
    /// false.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    internal static async Task<FileStream?> Take(StateFolder state, bool wait)
    {
        while (true)
        {
            try
            {
                return StateFolder.Open(state.UploadLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(state.UploadLock))
            {
                if (!wait)
                    return null;
            }

            await Task.Delay(Pause);
        }
    }
}
