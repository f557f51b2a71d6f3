// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Operations;

/// <summary>The status of a collector that is not running, from its data folder alone.</summary>
public static class OfflineStatus
{
    /// <summary>Reads the status: saved totals, accepted manifests, disk and last backup.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="sizeOf">Returns the size of a tool's data in the store, which is not open.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static CollectorStatus Read(DataFolder data, Func<string, StoreSize> sizeOf, TimeProvider time)
    {
        var tools = new List<ToolStatus>();
        var dues = new List<Due>();
        var folders = Directory.Exists(data.Tools) ? Directory.GetDirectories(data.Tools) : [];
        foreach (var folder in folders.Order(StringComparer.Ordinal))
            tools.Add(ReadTool(data, Path.GetFileName(folder), sizeOf, dues));
        dues.Add(new Due("collector", $"No collector is running on {data.Path}. Start it."));
        if (data.ClockDoubt(time.GetUtcNow()) is { } doubt)
            dues.Add(new Due("clock", doubt));
        if (data.HasJournal)
            dues.Add(new Due("journal", "Some acknowledged batches are not in the store. Start the collector once."));
        var reading = ReadThroughState.Read(data);
        dues.AddRange(reading.Dues(data));
        dues.AddRange(data.DamagedJournals.Select(OperatorActions.DamagedJournal));
        if (Backup.Overdue(data, time.GetUtcNow()) is { } backup)
            dues.Add(new Due("backup", backup));
        return new CollectorStatus(
            CollectorServer.Version, Started: null, tools,
            new DiskStatus(new DriveInfo(data.Path).AvailableFreeSpace, Reserve: 0, Low: false), CertificateEnds: null,
            Backup.Last(data), dues)
        {
            ReadThrough = reading.Finished,
        };
    }

    static ToolStatus ReadTool(
        DataFolder data, string name, Func<string, StoreSize> sizeOf, List<Due> dues)
    {
        var path = data.Manifests(name);
        var manifests = new List<ToolManifest>();
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.yaml") : [];
        foreach (var one in files.Order(StringComparer.Ordinal))
        {
            var result = ManifestReader.Read(File.ReadAllText(one));
            if (result.Manifest is { } manifest)
                manifests.Add(manifest);
            else
                dues.Add(new Due("manifest", $"This version of tallymark refuses {one}, which it accepted before: "
                    + string.Join('\n', result.Diagnostics.Select(finding => finding.Format(one)))));
        }

        manifests.Sort((a, b) => a.Version.CompareTo(b.Version));
        var file = data.Totals(name);
        var totals = SavedTotals.Read(file, reason => dues.Add(new Due("totals", $"{file}: {reason}.")))
            ?? SavedTotals.None;
        var size = sizeOf(name);
        return new ToolStatus(
            name, manifests.Count > 0 ? manifests[^1].Title : name, [.. manifests.Select(manifest => manifest.Version)],
            totals.Received, totals.Stored, totals.Dropped.Total, totals.Refused, Pending: 0, Missing: 0, size.Files,
            size.Bytes, Deleting: 0, Tended: null)
        {
            Development = totals.Development,
        };
    }
}
