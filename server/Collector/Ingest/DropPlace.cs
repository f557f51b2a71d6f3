// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Ingest;

/// <summary>
/// Where a manifest did not allow an event: names of accepted manifests only, since no metric has what a client sent.
/// </summary>
/// <param name="Manifest">The version that the client's release has.</param>
/// <param name="Event">The event, or <see cref="Undeclared"/>.</param>
/// <param name="Field">The field, or <see cref="Undeclared"/>.</param>
/// <param name="Reason">The reason.</param>
readonly record struct DropPlace(int Manifest, string Event, string Field, EventOutcome Reason)
{
    /// <summary>A name that the manifest does not have.</summary>
    public const string Undeclared = "undeclared";
}
