// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Http;

/// <summary>
/// A route of the public address with every status it can return. <c>spec/openapi.json</c> lists the same, and a test
/// compares the two.
/// </summary>
/// <param name="Method">The only allowed method; others get 405.</param>
/// <param name="Path">The path.</param>
/// <param name="Statuses">Every status.</param>
sealed record DocumentedRoute(string Method, string Path, IReadOnlyList<int> Statuses);
