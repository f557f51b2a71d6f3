// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// Ends the id of a period and begins the next one (spec/spool.md, "Rotation"). Under an exclusive lock, since two
/// processes could otherwise each replace the secret of the other, whose proof would then be lost: 1. reads the file
/// again; 2. keeps the proof of the old id, so that <c>delete</c> reaches it; 3. replaces the secret.
/// </summary>
static class Rotation
{
    // The work under the lock takes less than a millisecond.
    const int MaxAttempts = 100;

    /// <summary>The installation of that period; null if another process holds the lock for too long.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    internal static Installation? Begin(StateFolder state, string tool, string period, DateTime ends)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            using var held = TryLock(state);
            if (held is null)
            {
                Thread.Sleep(1);
                continue;
            }

            var old = Installation.Find(state, tool);
            if (old is not null && old.Period == period)
                return old.Until(ends);
            if (old is not null)
                ProofFile.Add(state, Convert.ToHexStringLower(old.Proof));
            return Installation.Replace(state, tool, period, ends);
        }

        return null;
    }

    static FileStream? TryLock(StateFolder state)
    {
        try
        {
            return StateFolder.Open(
                state.In("rotation.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(state.In("rotation.lock")))
        {
            return null;
        }
    }
}
