// SPDX-License-Identifier: MIT
// What a token is good for.

namespace Tallymark.Collector.Operations;

/// <summary>A role. They are not ordered: who runs the machine needs no raw data, who reads it needs not run the machine.</summary>
public enum Role
{
    /// <summary>Sees the tools and their totals; what is published everybody sees.</summary>
    Reader,

    /// <summary>Sees the live page and asks queries of raw data, of each tool alike; and all that a reader sees.</summary>
    Maintainer,

    /// <summary>Sees how the collector is doing and has it read manifests again; and all that a reader sees.</summary>
    Operator,
}
