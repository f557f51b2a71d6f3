// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>A named list of values.</summary>
/// <param name="Name">The list's name, with the syntax of a field's name.</param>
/// <param name="Values">The values, sorted by their UTF-8 bytes, without repeats and without <c>other</c>, which is
/// always allowed.</param>
public sealed record ValueList(string Name, IReadOnlyList<string> Values);
