// SPDX-License-Identifier: MIT
// Which manifests count: those accepted before, and those of the operator's folder that stand the check.

using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Reads manifests, at start and whenever it is asked to again. One that is accepted is kept in the data folder and counts from then
/// on, whatever happens to the operator's file: events under it are stored and more may be on their way. A refused one
/// keeps no other from being accepted, and what was accepted before goes on. Safe for any thread: who comes while it reads waits.
/// </summary>
sealed class ManifestIntake(ToolSet tools, DataFolder data, StoreThread store, TotalsBook totals, ILogger log) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);

    // Under _one. What was said of a file last, so that a broken one is not in the log once a minute.
    readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    readonly Dictionary<string, ReadFile> _read = new(StringComparer.Ordinal);

    volatile IReadOnlyList<(string Path, string Reason)> _last = [];

    // Under _one. False: the collector is not serving yet.
    bool _started;

    /// <summary>What the last reading refused.</summary>
    public IReadOnlyList<(string Path, string Reason)> Refused => _last;

    /// <summary>Reads what was accepted before, then a folder, and adds what is new to the tools.</summary>
    /// <exception cref="IOException">An accepted manifest can't be kept.</exception>
    /// <exception cref="StoreException">The first time: the files of a tool that was accepted before can't be opened.</exception>
    public async Task<IntakeReport> ReadAsync(string folder)
    {
        await _one.WaitAsync();
        try
        {
            var report = new IntakeReport([], []);
            await TakeAllAsync(data.Tools, keep: false, report);
            await TakeAllAsync(folder, keep: true, report);
            foreach (var path in _refused.Keys.Except(report.Refused.Select(one => one.Path), StringComparer.Ordinal).ToList())
                _refused.Remove(path);
            _last = report.Refused;
            _started = true;
            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>By version: a store is widened in the order in which versions came.</summary>
    async Task TakeAllAsync(string folder, bool keep, IntakeReport report)
    {
        var found = new List<(string Path, AcceptedManifest Manifest)>();
        foreach (var path in Files(folder, report))
        {
            if (ReadOne(path, report) is { } manifest)
                found.Add((path, manifest));
        }

        var byVersion = found.OrderBy(f => f.Manifest.Manifest.Version).ThenBy(f => f.Path, StringComparer.Ordinal);
        foreach (var (path, manifest) in byVersion)
            await TakeAsync(path, manifest, keep, report);
    }

    List<string> Files(string folder, IntakeReport report)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(folder, e.Message, report);
            return [];
        }
    }

    AcceptedManifest? ReadOne(string path, IntakeReport report)
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

        if (!_read.TryGetValue(path, out var read) || !string.Equals(read.Text, text, StringComparison.Ordinal))
        {
            var result = ManifestReader.Read(text);
            var errors = result.Diagnostics.Where(finding => finding.Severity == DiagnosticSeverity.Error);
            read = new ReadFile(text, result.Manifest, string.Join('\n', errors.Select(finding => finding.Format(path))));
            _read[path] = read;
        }

        if (read.Manifest is null)
            Refuse(path, read.Errors, report);
        return read.Manifest is { } manifest ? new AcceptedManifest(manifest, text) : null;
    }

    async Task TakeAsync(string path, AcceptedManifest read, bool keep, IntakeReport report)
    {
        var (manifest, text) = read;
        if (tools.Find(manifest.Tool)?.Accepted.FirstOrDefault(one => one.Manifest.Version == manifest.Version) is { } before)
        {
            if (!string.Equals(before.Text, text, StringComparison.Ordinal))
            {
                Refuse(
                    path,
                    $"{path}: version {manifest.Version} of {manifest.Tool} was accepted with another text "
                    + $"({PathOf(manifest)}); raise its version.",
                    report);
            }

            return;
        }

        if (Retyped(manifest) is { } retyped)
        {
            Refuse(path, $"{path}: {retyped}", report);
            return;
        }

        try
        {
            await store.AskAsync(manifest.Tool, s =>
            {
                s.Prepare(manifest.Tool, Table.Of(manifest), Rollup.Of(manifest));
                return true;
            });
        }
        catch (StoreException e) when (_started || (keep && e.File is null))
        {
            // Not where a tool of before has no store: its clients would be told that nobody knows it, and throw away what they have.
            Refuse(path, $"{path}: {e.Message}", report);
            return;
        }

        if (keep)
        {
            DataFolder.Make(Path.Combine(data.Tools, manifest.Tool));
            DataFolder.Make(data.Manifests(manifest.Tool));
            DataFolder.Write(PathOf(manifest), Encoding.UTF8.GetBytes(text));
        }

        var counters = tools.Find(manifest.Tool)?.Counters ?? await totals.OpenAsync(manifest.Tool);
        tools.Add([read], _ => counters);
        report.Accepted.Add((manifest.Tool, manifest.Version));
        log.ManifestAccepted(manifest.Tool, manifest.Version);
    }

    // All versions share a field's column, so by another type a dataset would publish what was stored as one that can't be published.
    string? Retyped(ToolManifest manifest)
    {
        var types = new Dictionary<string, FieldType>(StringComparer.Ordinal);
        foreach (var field in manifest.Events.SelectMany(manifest.FieldsOf))
            types[field.Name] = field.Type;
        foreach (var (before, _) in tools.Find(manifest.Tool)?.Accepted ?? [])
        {
            foreach (var field in before.Events.SelectMany(before.FieldsOf))
            {
                if (types.TryGetValue(field.Name, out var type) && type != field.Type)
                {
                    return $"`{field.Name}` is of type `{FieldTypes.NameOf(type)}`, and of type `{FieldTypes.NameOf(field.Type)}` in version {before.Version}, "
                        + "which was accepted. A field keeps its type: give the new one another name.";
                }
            }
        }

        return null;
    }

    void Refuse(string path, string reason, IntakeReport report)
    {
        report.Refused.Add((path, reason));
        if (_refused.TryGetValue(path, out var said) && string.Equals(said, reason, StringComparison.Ordinal))
            return;
        _refused[path] = reason;
        foreach (var line in reason.Split('\n'))
            log.ManifestRefused(line);
    }

    string PathOf(ToolManifest manifest) => Path.Combine(
        data.Manifests(manifest.Tool), manifest.Version.ToString(CultureInfo.InvariantCulture) + ".yaml");

    /// <summary>A file as it was parsed last: the same text is not parsed again.</summary>
    sealed record ReadFile(string Text, ToolManifest? Manifest, string Errors);
}

/// <summary>What one reading of the folder came to.</summary>
/// <param name="Accepted">What is new.</param>
/// <param name="Refused">Each file that does not count, and why.</param>
sealed record IntakeReport(List<(string Tool, int Version)> Accepted, List<(string Path, string Reason)> Refused);
