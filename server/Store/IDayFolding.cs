// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// Turns the events of days that can't change any more into rows that may be published, before the store removes the
/// events. The collector calls it; what publishes implements it. One thread at a time for each tool.
/// </summary>
public interface IDayFolding
{
    /// <summary>Whether days of the tool wait to be folded. Cost: reads one small file.</summary>
    /// <param name="manifests">All accepted versions of the tool's manifest, ascending.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="StoreException">The state of the folded days can't be read.</exception>
    bool IsDue(IReadOnlyList<ToolManifest> manifests, DateTimeOffset now);

    /// <summary>Folds them. A call that was interrupted is completed by the next one.</summary>
    /// <param name="manifests">All accepted versions of the tool's manifest, ascending.</param>
    /// <param name="store">The store; everything acknowledged for the tool is in it.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancel">Stops after the current day.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="StoreException">Days could not be folded; their events must be kept.</exception>
    void FoldDue(
        IReadOnlyList<ToolManifest> manifests, ICellReader store, DateTimeOffset now, CancellationToken cancel);
}
