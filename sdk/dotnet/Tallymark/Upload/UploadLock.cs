// SPDX-License-Identifier: MIT
// The lock of the one process that may send, or take away, what a folder holds (spec/spool.md).

namespace Tallymark.Upload;

static class UploadLock
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes it until it is disposed. Null: another has it, and <paramref name="wait"/> is false.</summary>
    /// <exception cref="IOException">There is no such folder, or it can't be written.</exception>
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
