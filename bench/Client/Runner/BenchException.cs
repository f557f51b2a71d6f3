// SPDX-License-Identifier: MIT
// What makes a bench's numbers worthless: said in one line, and the bench fails.

namespace Tallymark.Bench;

/// <summary>The bench can't vouch for its numbers.</summary>
sealed class BenchException(string message) : Exception(message);
