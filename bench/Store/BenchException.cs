// SPDX-License-Identifier: MIT

namespace Tallymark.Bench.Store;

/// <summary>The measurement is worth nothing: what was measured did not do its work.</summary>
sealed class BenchException(string message) : Exception(message);
