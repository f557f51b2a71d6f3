// SPDX-License-Identifier: MIT
// What can be said of a collector that does not run, from its files alone.

namespace Tallymark.Collector.Operations;

/// <summary>Looks at a data folder.</summary>
public static class StoppedCollector
{
    /// <summary>Its status: what its files note, and what it was told last.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static CollectorStatus Status(DataFolder data)
    {
        var tools = new List<ToolStatus>();
        var dues = new List<Due>();
        var folders = Directory.Exists(data.Tools) ? Directory.GetDirectories(data.Tools) : [];
        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            var manifests = Directory.Exists(data.Manifests(name)) ? Directory.GetFiles(data.Manifests(name), "*.yaml") : [];
            var read = manifests.Select(path => ManifestReader.Read(File.ReadAllText(path)).Manifest).OfType<ToolManifest>()
                .OrderBy(manifest => manifest.Version).ToList();
            var noted = TotalsBook.ReadFile(
                data.Totals(name), reason => dues.Add(new Due("totals", $"{data.Totals(name)}: {reason}."))) ?? TotalsNote.None;
            var (files, bytes) = FilesOf(data, name);
            tools.Add(new ToolStatus(
                name, read.Count > 0 ? read[^1].Title : name, [.. read.Select(manifest => manifest.Version)], noted.Received,
                noted.Stored, noted.Dropped.Total, noted.Refused, 0, 0, files, bytes, 0, Tended: null));
        }

        if (data.HasJournal)
            dues.Add(new Due("journal", "Not all that was acknowledged is in the store: start the collector once."));
        return new CollectorStatus(
            CollectorServer.Version, Started: null, tools,
            new DiskStatus(new DriveInfo(data.Path).AvailableFreeSpace, 0, Low: false), CertificateEnds: null, Backup.Last(data), dues);
    }

    internal static (int Files, long Bytes) FilesOf(DataFolder data, string tool)
    {
        var folder = new DirectoryInfo(Path.Combine(data.Tools, tool));
        var files = folder.Exists ? folder.EnumerateFiles("*.duckdb*", SearchOption.AllDirectories).ToList() : [];
        return (files.Count(file => file.Extension == ".duckdb"), files.Sum(file => file.Length));
    }
}
