// SPDX-License-Identifier: MIT
// The tools that the collector collects for.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Tallymark.Collector.Tools;

/// <summary>Tools by name. Immutable, safe for any thread.</summary>
sealed class ToolSet
{
    readonly Dictionary<string, Tool> _tools = new(StringComparer.Ordinal);

    public ToolSet(IEnumerable<AcceptedManifest> accepted)
    {
        foreach (var versions in accepted.GroupBy(one => one.Manifest.Tool, StringComparer.Ordinal))
            _tools.Add(versions.Key, new Tool([.. versions]));
        All = [.. _tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)];
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<Tool> All { get; }

    public Tool? Find(string name) => _tools.GetValueOrDefault(name);
}
