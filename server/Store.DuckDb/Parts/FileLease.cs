// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Parts;

/// <summary>Keeps files attached, as of the moment when it was acquired. Dispose after the last read.</summary>
sealed class FileLease(ToolFiles files, FileView view, List<AttachedFile> leased, bool keepNames) : IDisposable
{
    bool _isReleased;

    /// <summary>The files that were current then.</summary>
    public FileView View => view;

    public void Dispose()
    {
        if (_isReleased)
            return;
        _isReleased = true;
        files.Release(leased, keepNames);
    }
}
