// SPDX-License-Identifier: MIT

namespace Tallymark.Bench.Store;

/// <summary>The measurement is invalid because the measured operation did not do its work.</summary>
sealed class BenchException(string message) : Exception(message);
