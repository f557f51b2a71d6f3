// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>How much a tool's data occupies.</summary>
/// <param name="Files">The number of files, or of the engine's nearest equivalent.</param>
/// <param name="Bytes">Bytes on disk.</param>
public sealed record StoreSize(int Files, long Bytes);
