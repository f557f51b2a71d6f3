// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb.Interop;

/// <summary>The work needs more than DuckDB's memory limit.</summary>
/// <param name="message">The failure, and what the operator can do.</param>
sealed class FullMemoryException(string message) : StoreException(message);
