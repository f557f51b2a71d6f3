// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>
/// The role of a token. Roles are not ordered: an operator runs the machine without raw data, a maintainer reads raw
/// data without running the machine.
/// </summary>
public enum Role
{
    /// <summary>Reads the list of tools and their totals. Published files need no token.</summary>
    Reader,

    /// <summary>Also reads the live page and queries raw data, of every tool.</summary>
    Maintainer,

    /// <summary>Like <see cref="Reader"/>, and reads the collector's status and reloads manifests.</summary>
    Operator,
}
