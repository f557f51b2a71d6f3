// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>The snapshot of a tool without stored data.</summary>
sealed class EmptySnapshot : IBackupSnapshot
{
    public IReadOnlyList<BackupFile> Files => [];

    public void Dispose()
    {
    }
}
