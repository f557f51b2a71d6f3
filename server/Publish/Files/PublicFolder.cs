// SPDX-License-Identifier: MIT
// The public folder of one tool: which file is where, what was released before, and the order in which files appear.

using System.Globalization;
using System.Text;

namespace Tallymark.Publish.Files;

/// <summary>A public folder while one period of one tool is published into it; <c>spec/published.md</c>.</summary>
sealed class PublicFolder
{
    const int Version = 1;
    const string IndexName = "index.json";

    readonly PublishRequest _request;
    readonly ToolManifest _manifest;
    readonly string _root;
    readonly string _tool;
    readonly string _files;

    public PublicFolder(PublishRequest request)
    {
        _request = request;
        _manifest = request.Manifest;
        _root = Path.GetFullPath(request.Folder);
        _tool = Path.Combine(_root, _manifest.Tool);
        _files = request.Provisional ? Path.Combine(_tool, "provisional") : _tool;
    }

    /// <summary>Makes the folders, keeps other publishers out, and removes what one that was killed has
    /// left.</summary>
    public IDisposable Take()
    {
        Directory.CreateDirectory(_files);
        var mine = FolderLock.Take(_root);
        foreach (var folder in new[] { _root, _tool, _files }.Distinct(StringComparer.Ordinal))
            WholeFile.RemoveLeftovers(folder);
        CheckIndexes();
        return mine;
    }

    /// <summary>
    /// Begins the files: of the dataset asked for, or of all. Before a release all are counted, so that those
    /// released before can be compared.
    /// </summary>
    public IReadOnlyList<Draft> Begin()
    {
        var drafts = new List<Draft>();
        foreach (var dataset in _manifest.Datasets)
        {
            if (!_request.Provisional || _request.Dataset is null
                || string.Equals(_request.Dataset, dataset.Name, StringComparison.Ordinal))
            {
                drafts.Add(new Draft(dataset, new TsvFile(Path.Combine(_files, NameOf(dataset.Name, "tsv")), dataset)));
            }
        }

        return drafts;
    }

    /// <summary>Holds the drafts against what was released before.</summary>
    /// <exception cref="PublishException">They differ, or another version of the manifest would add to a released
    /// period.</exception>
    public void Compare(IReadOnlyList<Draft> drafts)
    {
        if (_request.Provisional)
            return;
        foreach (var draft in drafts)
        {
            if (File.Exists(draft.Tsv.Path)
                && !string.Equals(TsvFile.HashOf(draft.Tsv.Path), draft.Tsv.Sha256, StringComparison.Ordinal))
            {
                throw new PublishException(
                    $"{draft.Tsv.Path} was released and would now be different; what was released is never changed, " +
                    "since the difference could give a small group away. Nothing was written. Look for what changed " +
                    "since: the store, the manifest's datasets, or the file itself.");
            }
        }

        var adds = drafts.Any(d => !File.Exists(d.Tsv.Path) && (_request.Dataset is not { } name || d.Is(name)));
        foreach (var entry in adds ? Released() : [])
        {
            var metadata = Documents.Read<FileMetadata>(Path.Combine(_files, entry.Metadata));
            if (metadata is not null && metadata.Manifest != _manifest.Version)
            {
                throw new PublishException(
                    $"Datasets of {_request.Period} were released with manifest {metadata.Manifest}; manifest " +
                    $"{_manifest.Version} can't add to them, since the two together could give a small group away. " +
                    "Nothing was written.");
            }
        }
    }

    /// <summary>Gives the files their names, then writes the documents that name them.</summary>
    public IReadOnlyList<PublishedFile> Release(IEnumerable<Draft> drafts, DateTimeOffset now)
    {
        var published = new List<PublishedFile>();
        foreach (var draft in drafts)
            published.Add(Release(draft, now));
        DescribeTool();
        UpdatePeriods(_files, periods => With(periods, published.Select(p => p.Dataset)));
        if (!_request.Provisional)
            DropProvisional(published);
        else if (!File.Exists(Path.Combine(_tool, IndexName)))
            UpdatePeriods(_tool, periods => periods);
        UpdateTools();
        return published;
    }

    // A damaged index is found before anything is counted or written.
    void CheckIndexes()
    {
        _ = Documents.Read<ToolList>(Path.Combine(_root, IndexName));
        _ = Documents.Read<PeriodList>(Path.Combine(_tool, IndexName));
        _ = Documents.Read<PeriodList>(Path.Combine(_tool, "provisional", IndexName));
    }

    PublishedFile Release(Draft draft, DateTimeOffset now)
    {
        var tsv = draft.Tsv;
        var there = File.Exists(tsv.Path)
            && string.Equals(TsvFile.HashOf(tsv.Path), tsv.Sha256, StringComparison.Ordinal);
        if (!there)
            tsv.Keep();
        var path = Path.Combine(_files, NameOf(draft.Dataset.Name, "json"));
        if (_request.Provisional || !File.Exists(path))
            WholeFile.Write(path, Documents.Write(Describe(draft, now)));
        return new PublishedFile(
            draft.Dataset.Name, tsv.Path, tsv.Rows, tsv.Occurrences, draft.DaysLeftOut, Written: !there);
    }

    FileMetadata Describe(Draft draft, DateTimeOffset now) => new()
    {
        Tallymark = Version,
        Tool = _manifest.Tool,
        Title = _manifest.Title,
        Dataset = draft.Dataset.Name,
        DatasetTitle = draft.Dataset.Title,
        Period = _request.Period.ToString(),
        Provisional = _request.Provisional,
        From = _request.Period.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        To = _request.Period.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Generated = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Manifest = _manifest.Version,
        Minimum = draft.Dataset.Minimum,
        License = _manifest.License,
        Attribution = Attribution.Of(draft.Dataset, _manifest),
        Columns = [.. draft.Dataset.Columns.Select(c => Columns.Describe(c, _manifest))],
        Rows = draft.Tsv.Rows,
        Occurrences = draft.Tsv.Occurrences,
        DaysLeftOut = draft.DaysLeftOut,
        Sha256 = draft.Tsv.Sha256,
    };

    // What is told of the tool, whatever the period.
    void DescribeTool()
    {
        Write("LICENSE.txt", Attribution.Text(_manifest));
        Write("dictionary.json", DataDictionary.Json(_manifest));
        Write("dictionary.md", DataDictionary.Markdown(_manifest));

        void Write(string name, string text) =>
            WholeFile.Write(Path.Combine(_tool, name), Encoding.UTF8.GetBytes(text));
    }

    void UpdatePeriods(string folder, Func<IReadOnlyList<PeriodEntry>, IReadOnlyList<PeriodEntry>> change)
    {
        var path = Path.Combine(folder, IndexName);
        var periods = Documents.Read<PeriodList>(path)?.Periods ?? [];
        var provisional = !string.Equals(folder, _tool, StringComparison.Ordinal);
        WholeFile.Write(path, Documents.Write(
            new PeriodList(Version, _manifest.Tool, _manifest.Title, provisional, change(periods))));
    }

    List<PeriodEntry> With(IReadOnlyList<PeriodEntry> periods, IEnumerable<string> names)
    {
        var period = _request.Period.ToString();
        var before = periods.FirstOrDefault(p => Is(p, period))?.Datasets ?? [];
        var known = before.ToDictionary(d => d.Name, StringComparer.Ordinal);
        foreach (var name in names)
        {
            var title = _manifest.Datasets.First(d => string.Equals(d.Name, name, StringComparison.Ordinal)).Title;
            known[name] = new DatasetEntry(name, title, NameOf(name, "tsv"), NameOf(name, "json"));
        }

        // In the manifest's order; what it no longer has stays in the index, after the rest.
        var order = _manifest.Datasets.Select(d => d.Name).Where(known.ContainsKey);
        List<DatasetEntry> datasets =
            [.. order.Union(before.Select(d => d.Name), StringComparer.Ordinal).Select(name => known[name])];
        return [.. periods.Where(p => !Is(p, period)).Append(new PeriodEntry(period, datasets))
            .OrderBy(p => p.Period, StringComparer.Ordinal)];
    }

    // Once a period is released, looks into it are worth nothing: out of the index first, then the files.
    void DropProvisional(List<PublishedFile> published)
    {
        var folder = Path.Combine(_tool, "provisional");
        var period = _request.Period.ToString();
        if (!File.Exists(Path.Combine(folder, IndexName)))
            return;
        HashSet<string> released = [.. published.Select(p => p.Dataset)];
        UpdatePeriods(folder, periods =>
        [
            .. periods.Select(p => Is(p, period) ? Without(p, released) : p).Where(p => p.Datasets.Count > 0),
        ]);
        foreach (var name in released)
        {
            File.Delete(Path.Combine(folder, NameOf(name, "tsv")));
            File.Delete(Path.Combine(folder, NameOf(name, "json")));
        }
    }

    static PeriodEntry Without(PeriodEntry entry, HashSet<string> names) =>
        entry with { Datasets = [.. entry.Datasets.Where(d => !names.Contains(d.Name))] };

    void UpdateTools()
    {
        var path = Path.Combine(_root, IndexName);
        var tools = Documents.Read<ToolList>(path)?.Tools ?? [];
        WholeFile.Write(path, Documents.Write(new ToolList(Version,
        [
            .. tools.Where(t => !string.Equals(t.Tool, _manifest.Tool, StringComparison.Ordinal))
                .Append(new ToolEntry(_manifest.Tool, _manifest.Title)).OrderBy(t => t.Tool, StringComparer.Ordinal),
        ])));
    }

    IReadOnlyList<DatasetEntry> Released() =>
        Documents.Read<PeriodList>(Path.Combine(_files, IndexName))?.Periods
            .FirstOrDefault(p => Is(p, _request.Period.ToString()))?.Datasets ?? [];

    string NameOf(string dataset, string extension) => $"{_manifest.Tool}-{dataset}-{_request.Period}.{extension}";

    static bool Is(PeriodEntry entry, string period) => string.Equals(entry.Period, period, StringComparison.Ordinal);
}
