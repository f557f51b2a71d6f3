// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>How much a tool's data occupies.</summary>
/// <param name="Parts">
/// The number of separately stored pieces, such as files. <see cref="IStoreMaintenance.Maintain"/> merges them; many
/// small ones slow down reads.
/// </param>
/// <param name="Bytes">Bytes on disk.</param>
public sealed record StoreSize(int Parts, long Bytes);
