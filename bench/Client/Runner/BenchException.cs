// SPDX-License-Identifier: MIT

namespace Tallymark.Bench;

/// <summary>The benchmark's numbers would be wrong. The message is one line, and the benchmark fails.</summary>
sealed class BenchException(string message) : Exception(message);
