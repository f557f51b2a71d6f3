// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>One file of a tool's events.</summary>
/// <param name="Path">The path.</param>
/// <param name="Bytes">The size, including its log.</param>
/// <param name="Sealed">Whether the file no longer takes commits.</param>
public sealed record StoredFile(string Path, long Bytes, bool Sealed);
