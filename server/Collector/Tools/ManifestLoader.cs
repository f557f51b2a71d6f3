// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Loads manifests at start and on request: those accepted before, and those in the operator's folder that pass the
/// check. An accepted manifest is copied into the data folder and stays in effect whatever happens to the operator's
/// file: events of that version are stored, and more may be on their way. A refused file affects no other. Thread-safe;
/// loads run one at a time.
/// </summary>
sealed class ManifestLoader(
    ToolSet tools, DataFolder data, StoreThread store, TotalsFiles totals, CollectorOptions options, ILogger log)
    : IDisposable
{
    readonly SemaphoreSlim _oneLoad = new(1);

    // Under _oneLoad. The last reason logged for each file, so that a broken file is not logged every minute.
    readonly Dictionary<string, string> _logged = new(StringComparer.Ordinal);
    readonly Dictionary<string, ParsedFile> _parsed = new(StringComparer.Ordinal);

    volatile IReadOnlyList<(string Path, string Reason)> _refused = [];

    // Under _oneLoad. False: the collector is not serving yet.
    bool _started;

    /// <summary>The files that the last load refused.</summary>
    public IReadOnlyList<(string Path, string Reason)> Refused => _refused;

    /// <summary>Loads accepted manifests and then the operator's folder, and adds new versions to the tools.</summary>
    /// <exception cref="IOException">An accepted manifest can't be copied.</exception>
    /// <exception cref="StoreException">At start: the files of a tool accepted before can't be opened.</exception>
    public async Task<LoadReport> LoadAsync()
    {
        await _oneLoad.WaitAsync();
        try
        {
            var report = new LoadReport([], []);
            await LoadFolderAsync(data.Tools, isNew: false, report);
            await LoadFolderAsync(options.Manifests, isNew: true, report);
            var refused = report.Refused.Select(one => one.Path);
            foreach (var path in _logged.Keys.Except(refused, StringComparer.Ordinal).ToList())
                _logged.Remove(path);
            _refused = report.Refused;
            _started = true;
            return report;
        }
        finally
        {
            _oneLoad.Release();
        }
    }

    public void Dispose() => _oneLoad.Dispose();

    // By version: the store adds columns in the order in which versions came.
    async Task LoadFolderAsync(string folder, bool isNew, LoadReport report)
    {
        var found = new List<(string Path, AcceptedManifest Manifest)>();
        foreach (var path in Files(folder, report))
        {
            if (Read(path, report) is { } manifest)
                found.Add((path, manifest));
        }

        var byVersion = found.OrderBy(f => f.Manifest.Manifest.Version).ThenBy(f => f.Path, StringComparer.Ordinal);
        foreach (var (path, manifest) in byVersion)
            await AcceptAsync(path, manifest, isNew, report);
    }

    List<string> Files(string folder, LoadReport report)
    {
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(folder, e.Message, report);
            return [];
        }
    }

    AcceptedManifest? Read(string path, LoadReport report)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(path, $"{path}: {e.Message}", report);
            return null;
        }

        if (!_parsed.TryGetValue(path, out var parsed) || !string.Equals(parsed.Text, text, StringComparison.Ordinal))
        {
            var result = ManifestReader.Read(text);
            var errors = result.Diagnostics.Where(finding => finding.Severity == ManifestSeverity.Error);
            var lines = string.Join('\n', errors.Select(finding => finding.Format(path)));
            parsed = new ParsedFile(text, result.Manifest, lines);
            _parsed[path] = parsed;
        }

        if (parsed.Manifest is null)
            Refuse(path, parsed.Errors, report);
        return parsed.Manifest is { } manifest ? new AcceptedManifest(manifest, text) : null;
    }

    async Task AcceptAsync(string path, AcceptedManifest read, bool isNew, LoadReport report)
    {
        var (manifest, text) = read;
        if (tools.Find(manifest.Tool)?.Accepted.FirstOrDefault(one => one.Manifest.Version == manifest.Version)
            is { } accepted)
        {
            if (!string.Equals(accepted.Text, text, StringComparison.Ordinal))
            {
                Refuse(
                    path,
                    $"{path}: version {manifest.Version} of {manifest.Tool} was already accepted with different "
                    + $"contents ({PathOf(manifest)}). Increment `version`.",
                    report);
            }

            return;
        }

        if (TypeChange(manifest) is { } change)
        {
            Refuse(path, $"{path}: {change}", report);
            return;
        }

        try
        {
            await store.InvokeAsync(manifest.Tool, s =>
            {
                s.Prepare(manifest.Tool, Table.Of(manifest), Rollup.Of(manifest));
                return true;
            });
        }
        catch (StoreException e) when (_started || (isNew && e is not DamagedStoreException))
        {
            // Not for a known tool at start: the collector would answer its clients unknown-tool, and they would
            // discard their events.
            Refuse(path, $"{path}: {e.Message}", report);
            return;
        }

        if (isNew)
        {
            DataFolder.Make(Path.Combine(data.Tools, manifest.Tool));
            DataFolder.Make(data.Manifests(manifest.Tool));
            OwnerFile.Replace(PathOf(manifest), Encoding.UTF8.GetBytes(text));
        }

        var counters = tools.Find(manifest.Tool)?.Counters ?? await totals.OpenAsync(manifest.Tool);
        tools.Add([read], _ => counters);
        report.Accepted.Add((manifest.Tool, manifest.Version));
        log.ManifestAccepted(manifest.Tool, manifest.Version);
    }

    // All versions share a field's column. With another type a dataset would publish values that were stored as a type
    // that can't be published.
    string? TypeChange(ToolManifest manifest)
    {
        var types = new Dictionary<string, FieldType>(StringComparer.Ordinal);
        foreach (var field in manifest.Events.SelectMany(manifest.FieldsOf))
            types[field.Name] = field.Type;
        foreach (var (accepted, _) in tools.Find(manifest.Tool)?.Accepted ?? [])
        {
            foreach (var field in accepted.Events.SelectMany(accepted.FieldsOf))
            {
                if (types.TryGetValue(field.Name, out var type) && type != field.Type)
                {
                    return $"the field `{field.Name}` has the type `{FieldTypes.NameOf(type)}` here, but "
                        + $"`{FieldTypes.NameOf(field.Type)}` in accepted version {accepted.Version}. "
                        + "A field's type can't change; use a different name for the new field.";
                }
            }
        }

        return null;
    }

    void Refuse(string path, string reason, LoadReport report)
    {
        report.Refused.Add((path, reason));
        if (_logged.TryGetValue(path, out var last) && string.Equals(last, reason, StringComparison.Ordinal))
            return;
        _logged[path] = reason;
        foreach (var line in reason.Split('\n'))
            log.ManifestRefused(line);
    }

    string PathOf(ToolManifest manifest) => Path.Combine(
        data.Manifests(manifest.Tool), manifest.Version.ToString(CultureInfo.InvariantCulture) + ".yaml");

    /// <summary>A file as parsed last; the same text is not parsed again.</summary>
    sealed record ParsedFile(string Text, ToolManifest? Manifest, string Errors);
}

/// <summary>The result of a load.</summary>
/// <param name="Accepted">New versions.</param>
/// <param name="Refused">Every file that was refused, with the reason.</param>
sealed record LoadReport(List<(string Tool, int Version)> Accepted, List<(string Path, string Reason)> Refused);
