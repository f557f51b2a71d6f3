// SPDX-License-Identifier: MIT
// Which manifests count: those accepted before, and those of the operator's folder that stand the check.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Extensions.Logging;
using Tallymark.Manifests;
using Tallymark.Store;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Reads manifests at start. One that is accepted is kept in the data folder and counts from then on, whatever happens
/// to the operator's file: events under it are stored and more may be on their way. A refused one keeps no other from
/// being accepted.
/// </summary>
sealed class ManifestIntake(DataFolder data, IEventStore store, ILogger log)
{
    readonly Dictionary<(string Tool, int Version), AcceptedManifest> _accepted = [];

    /// <exception cref="IOException">A folder can't be read or written.</exception>
    public ToolSet Read(string folder)
    {
        TakeAll(data.Tools, keep: false);
        TakeAll(folder, keep: true);
        if (_accepted.Count == 0)
            log.NoManifest();
        return new ToolSet(_accepted.Values);
    }

    /// <summary>By version: a store is widened in the order in which versions came.</summary>
    void TakeAll(string folder, bool keep)
    {
        if (!Directory.Exists(folder))
            return;
        var found = new List<(string Path, AcceptedManifest Manifest)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
        {
            if (ReadOne(path) is { } manifest)
                found.Add((path, manifest));
        }

        var byVersion = found.OrderBy(f => f.Manifest.Manifest.Version).ThenBy(f => f.Path, StringComparer.Ordinal);
        foreach (var (path, manifest) in byVersion)
            Take(path, manifest, keep);
    }

    AcceptedManifest? ReadOne(string path)
    {
        var text = File.ReadAllText(path);
        var result = ManifestReader.Read(text);
        foreach (var finding in result.Diagnostics)
        {
            if (finding.Severity == DiagnosticSeverity.Error)
                log.ManifestRefused(finding.Format(path));
        }

        return result.Manifest is { } manifest ? new AcceptedManifest(manifest, text) : null;
    }

    void Take(string path, AcceptedManifest read, bool keep)
    {
        var (manifest, text) = read;
        if (_accepted.TryGetValue((manifest.Tool, manifest.Version), out var before))
        {
            if (!string.Equals(before.Text, text, StringComparison.Ordinal))
            {
                log.ManifestRefused(
                    $"{path}: version {manifest.Version} of {manifest.Tool} was accepted with another text "
                    + $"({PathOf(manifest)}); raise its version.");
            }

            return;
        }

        try
        {
            store.Prepare(manifest.Tool, Table.Of(manifest), Rollup.Of(manifest));
        }
        catch (StoreException e)
        {
            log.ManifestRefused($"{path}: {e.Message}");
            return;
        }

        if (keep)
        {
            DataFolder.Make(Path.Combine(data.Tools, manifest.Tool));
            DataFolder.Make(data.Manifests(manifest.Tool));
            DataFolder.Write(PathOf(manifest), Encoding.UTF8.GetBytes(text));
        }

        _accepted.Add((manifest.Tool, manifest.Version), read);
        log.ManifestAccepted(manifest.Tool, manifest.Version);
    }

    string PathOf(ToolManifest manifest) => Path.Combine(
        data.Manifests(manifest.Tool), manifest.Version.ToString(CultureInfo.InvariantCulture) + ".yaml");
}
