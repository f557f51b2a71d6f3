// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// The review form's answers about storage. Not part of the scope: a recipient may move its servers without a new
/// notice.
/// </summary>
public sealed record StorageDescription
{
    /// <summary>The servers and their location.</summary>
    public required string Where { get; init; }

    /// <summary>The people who administer the servers and can therefore read their files.</summary>
    public required string Administrators { get; init; }
}
