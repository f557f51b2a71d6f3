// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Loads manifests at start and on request: those accepted before, and those in the operator's folder that pass the
/// check. An accepted manifest is copied into the data folder and stays in effect whatever happens to the operator's
/// file: events of that version are stored, and more may be on their way. A refused file affects no other. Reads a text
/// that was accepted before, but does not check it again. Thread-safe; loads run one at a time.
/// </summary>
sealed class ManifestLoader(
    ToolSet tools, DataFolder data, StoreThread store, TotalsFiles totals, IJournal journal, JournalReplay replay,
    CollectorOptions options, ILogger log)
    : IDisposable
{
    readonly SemaphoreSlim _oneLoad = new(1);

    // Under _oneLoad. The last reason logged for each file, so that a broken file is not logged every minute; what was
    // found in refused files; and digests of all accepted texts.
    readonly Dictionary<string, string> _logged = new(StringComparer.Ordinal);
    readonly Dictionary<string, CheckedFile> _checked = new(StringComparer.Ordinal);
    readonly HashSet<string> _accepted = new(StringComparer.Ordinal);

    volatile IReadOnlyList<(string Path, string Reason)> _refused = [];

    /// <summary>The files that the last load refused.</summary>
    public IReadOnlyList<(string Path, string Reason)> Refused => _refused;

    /// <summary>Loads accepted manifests and then the operator's folder, and adds new versions to the tools.</summary>
    /// <exception cref="IOException">An accepted manifest can't be copied.</exception>
    public async Task<LoadReport> LoadAsync()
    {
        await _oneLoad.WaitAsync();
        try
        {
            var report = new LoadReport([], []);
            await LoadAcceptedAsync(report);
            await LoadNewAsync(report);
            replay.TakeHeld(journal);
            var refused = report.Refused.Select(one => one.Path);
            foreach (var path in _logged.Keys.Except(refused, StringComparer.Ordinal).ToList())
                _logged.Remove(path);
            _refused = report.Refused;
            return report;
        }
        finally
        {
            _oneLoad.Release();
        }
    }

    public void Dispose() => _oneLoad.Dispose();

    // DATA/tools/TOOL/manifests/VERSION.yaml: the path says what is in it.
    async Task LoadAcceptedAsync(LoadReport report)
    {
        var found = new List<AcceptedManifest>();
        foreach (var folder in Directory.Exists(data.Tools) ? Directory.EnumerateDirectories(data.Tools) : [])
        {
            var tool = Path.GetFileName(folder);
            foreach (var path in Files(data.Manifests(tool), SearchOption.TopDirectoryOnly, report))
            {
                if (!int.TryParse(
                        Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture,
                        out var version)
                    || Version(tool, version) is not null || ReadText(path, report) is not { } text)
                {
                    continue;
                }

                _accepted.Add(DigestOf(text));
                found.Add(new AcceptedManifest(tool, version, path));
            }
        }

        await AddAsync(found);
    }

    // By version: the store adds columns in the order in which versions came.
    async Task LoadNewAsync(LoadReport report)
    {
        var read = new List<(string Path, string Text, ToolManifest Manifest)>();
        foreach (var path in Files(options.Manifests, SearchOption.AllDirectories, report))
        {
            if (ReadText(path, report) is { } text && !_accepted.Contains(DigestOf(text))
                && Check(path, text, report) is { } manifest)
            {
                read.Add((path, text, manifest));
            }
        }

        var accepted = new List<AcceptedManifest>();
        try
        {
            var byVersion = read.OrderBy(r => r.Manifest.Version).ThenBy(r => r.Path, StringComparer.Ordinal);
            foreach (var (path, text, manifest) in byVersion)
            {
                if (_accepted.Contains(DigestOf(text)))
                    continue; // another file has the same text
                if (await RefusalAsync(manifest, accepted) is { } reason)
                {
                    Refuse(path, $"{path}: {reason}", report);
                    continue;
                }

                var effects = EffectsOf(manifest, accepted);
                accepted.Add(Keep(manifest, text));
                var note = store.MemoryNote(Table.Of(manifest));
                report.Accepted.Add(new AcceptedVersion(manifest.Tool, manifest.Version, note, effects));
                log.ManifestAccepted(manifest.Tool, manifest.Version);
                if (note is not null)
                    log.ManifestNeedsMemory(manifest.Tool, manifest.Version, note);
            }
        }
        finally
        {
            await AddAsync(accepted); // all at once: the set of tools is copied for it
        }
    }

    List<string> Files(string folder, SearchOption depth, LoadReport report)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.yaml", depth)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(folder, e.Message, report);
            return [];
        }
    }

    string? ReadText(string path, LoadReport report)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(path, $"{path}: {e.Message}", report);
            return null;
        }
    }

    // The result for a file that is refused is kept, so that the same text is not parsed every minute.
    ToolManifest? Check(string path, string text, LoadReport report)
    {
        if (_checked.TryGetValue(path, out var file) && string.Equals(file.Text, text, StringComparison.Ordinal))
        {
            Refuse(path, file.Errors, report);
            return null;
        }

        var result = ManifestReader.Read(text);
        if (result.Manifest is { } manifest)
        {
            _checked.Remove(path);
            return manifest;
        }

        var errors = result.Diagnostics.Where(finding => finding.Severity == ManifestSeverity.Error);
        var lines = string.Join('\n', errors.Select(finding => finding.Format(path)));
        _checked[path] = new CheckedFile(text, lines);
        Refuse(path, lines, report);
        return null;
    }

    async Task<string?> RefusalAsync(ToolManifest manifest, List<AcceptedManifest> beside)
    {
        var others = OthersOf(manifest, beside);
        if (others.Exists(one => one.Version == manifest.Version))
        {
            return $"version {manifest.Version} of {manifest.Tool} was already accepted with different "
                + $"contents ({PathOf(manifest)}). Increment `version`.";
        }

        return Conflict(manifest, others) ?? await StoreRefusalAsync(manifest);
    }

    // A tool without stored data gets its files with its first batch.
    async Task<string?> StoreRefusalAsync(ToolManifest manifest)
    {
        if (store.SizeOf(manifest.Tool).Files == 0)
            return null;
        try
        {
            return await store.InvokeAsync(manifest.Tool, s =>
            {
                s.Prepare(manifest.Tool, Table.Of(manifest), Rollup.Of(manifest));
                return (string?)null;
            }).WaitAsync(options.Limits.MaxReplayTime);
        }
        catch (StoreException e)
        {
            return e.Message;
        }
        catch (TimeoutException)
        {
            return $"The store of {manifest.Tool} is busy; the collector tries again in a minute.";
        }
    }

    AcceptedManifest Keep(ToolManifest manifest, string text)
    {
        DataFolder.Make(data.Tools);
        DataFolder.Make(Path.Combine(data.Tools, manifest.Tool));
        DataFolder.Make(data.Manifests(manifest.Tool));
        OwnerFile.Replace(PathOf(manifest), Encoding.UTF8.GetBytes(text));
        _accepted.Add(DigestOf(text));
        return new AcceptedManifest(manifest.Tool, manifest.Version, PathOf(manifest));
    }

    async Task AddAsync(List<AcceptedManifest> accepted)
    {
        var counters = new Dictionary<string, ToolCounters>(StringComparer.Ordinal);
        foreach (var tool in accepted.Select(one => one.Tool).Distinct(StringComparer.Ordinal))
        {
            if (tools.Find(tool) is null)
                counters.Add(tool, await totals.OpenAsync(tool));
        }

        if (accepted.Count > 0)
            tools.Add(accepted, tool => counters[tool]);
    }

    // Against every accepted version: a version that comes late may be an earlier one.
    static string? Conflict(ToolManifest manifest, List<AcceptedManifest> others) => others
        .Select(one => VersionRules.Conflict(one.Manifest, manifest)).FirstOrDefault(conflict => conflict is not null);

    // The changes in periods with events of the version before it.
    IReadOnlyList<string> EffectsOf(ToolManifest manifest, List<AcceptedManifest> beside) =>
        OthersOf(manifest, beside).Where(one => one.Version < manifest.Version).MaxBy(one => one.Version) is { } before
            ? VersionRules.Effects(before.Manifest, manifest)
            : [];

    List<AcceptedManifest> OthersOf(ToolManifest manifest, List<AcceptedManifest> beside) =>
        [.. tools.Find(manifest.Tool)?.Accepted ?? [], .. beside.Where(one => one.Tool == manifest.Tool)];

    void Refuse(string path, string reason, LoadReport report)
    {
        report.Refused.Add((path, reason));
        if (_logged.TryGetValue(path, out var last) && string.Equals(last, reason, StringComparison.Ordinal))
            return;
        _logged[path] = reason;
        foreach (var line in reason.Split('\n'))
            log.ManifestRefused(line);
    }

    AcceptedManifest? Version(string tool, int version) =>
        tools.Find(tool)?.Accepted.FirstOrDefault(one => one.Version == version);

    string PathOf(ToolManifest manifest) => Path.Combine(
        data.Manifests(manifest.Tool), manifest.Version.ToString(CultureInfo.InvariantCulture) + ".yaml");

    static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A refused file as checked last.</summary>
    sealed record CheckedFile(string Text, string Errors);
}

/// <summary>The result of a load.</summary>
/// <param name="Accepted">New versions, and what each changes in periods that are not released yet.</param>
/// <param name="Refused">Every file that was refused, with the reason.</param>
sealed record LoadReport(List<AcceptedVersion> Accepted, List<(string Path, string Reason)> Refused);
