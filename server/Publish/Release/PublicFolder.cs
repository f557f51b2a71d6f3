// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Publish.Release;

/// <summary>
/// The public folder of one tool while one period is published into it: where each file is, which files were released
/// before, and the order in which files appear (<c>spec/published.md</c>).
/// </summary>
sealed class PublicFolder
{
    readonly PublishRequest _request;
    readonly ToolManifest _manifest;
    readonly FolderIndexes _indexes;
    readonly string _root;
    readonly string _tool;
    readonly string _files;

    public PublicFolder(PublishRequest request)
    {
        _request = request;
        _manifest = request.Manifest;
        _root = Path.GetFullPath(request.Folder);
        _tool = Path.Combine(_root, _manifest.Tool);
        _files = request.Provisional ? ProvisionalFolder : _tool;
        _indexes = new FolderIndexes(_root, _manifest, request.Period.ToString());
    }

    string ProvisionalFolder => Path.Combine(_tool, "provisional");

    /// <summary>Creates the folders, excludes other publishers, and removes what a killed publisher left.</summary>
    /// <exception cref="PublishException">Another publisher is at work, or an index is damaged.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(_files);
        var acquired = FolderLock.Acquire(_root);
        foreach (var folder in new[] { _root, _tool, _files }.Distinct(StringComparer.Ordinal))
            AtomicFile.RemoveLeftovers(folder);
        _indexes.Check();
        return acquired;
    }

    /// <summary>
    /// Starts the files under temporary names: of all datasets, so that those released before can be compared.
    /// </summary>
    /// <param name="datasets">The period's datasets.</param>
    public StagedFiles Stage(IReadOnlyList<PeriodDataset> datasets) => new(
    [
        .. datasets.Select(d => new StagedFile(d, new TsvWriter(PathOf(d.Dataset.Name, "tsv"), d.Dataset))),
    ]);

    /// <summary>
    /// Compares the staged files with what was released before. A released dataset stays as it is, even if its events
    /// would now give other rows, for example after a deletion.
    /// </summary>
    /// <exception cref="PublishException">A released file was changed, or a dataset would be added to others of which
    /// the rows would now differ.</exception>
    public void CheckReleased(StagedFiles staged)
    {
        if (_request.Provisional)
            return;
        List<StagedFile> differing = [.. staged.Files.Where(f => File.Exists(f.Path) && !f.IsReleased)];
        foreach (var file in differing)
        {
            if (MetadataOf(file) is not { } metadata || !AtomicFile.Matches(file.Path, metadata.Sha256))
            {
                throw new PublishException(
                    $"{file.Path} does not have the contents that were released. A released file is never changed, " +
                    "because the difference could reveal a small group. Nothing was written. Restore the file and " +
                    "its metadata from a copy.");
            }
        }

        var missing = staged.Files.FirstOrDefault(f => !File.Exists(f.Path) && IsRequested(f.Dataset));
        if (missing is not null && differing.Count > 0)
        {
            throw new PublishException(
                $"{_request.Period} was released already, and its days are no longer kept as they were: " +
                $"{differing[0].Dataset.Name} would now have other rows. {missing.Dataset.Name} is not added, " +
                "because together they could reveal a small group. Nothing was written.");
        }
    }

    /// <summary>Gives the requested files their names, then writes the documents that name them.</summary>
    public IReadOnlyList<PublishedFile> Release(StagedFiles staged, DateTimeOffset now)
    {
        List<PublishedFile> published =
            [.. staged.Files.Where(f => IsRequested(f.Dataset)).Select(f => Release(f, now))];
        WriteToolDocuments(staged);
        HashSet<string> names = [.. published.Select(p => p.Dataset)];
        _indexes.Add(
            [.. staged.Files.Where(f => names.Contains(f.Dataset.Name)).Select(EntryOf)], _request.Provisional);
        RemoveProvisional(names);
        _indexes.AddTool();
        return published;
    }

    PublishedFile Release(StagedFile file, DateTimeOffset now)
    {
        if (!_request.Provisional && File.Exists(file.Path) && MetadataOf(file) is { } released)
        {
            return new PublishedFile(
                file.Dataset.Name, file.Path, released.Rows, released.Occurrences, released.DaysLeftOut,
                released.DaysNotKept, Written: false);
        }

        var isThere = file.IsReleased;
        if (!isThere)
            file.Commit();
        AtomicFile.Write(MetadataPathOf(file), PublishedJson.Write(Describe(file, now)));
        return new PublishedFile(
            file.Dataset.Name, file.Path, file.Rows, file.Occurrences, file.DaysLeftOut, file.DaysNotKept,
            Written: !isThere);
    }

    ReleasedMetadata? MetadataOf(StagedFile file) => PublishedJson.Read<ReleasedMetadata>(MetadataPathOf(file));

    string MetadataPathOf(StagedFile file) => PathOf(file.Dataset.Name, "json");

    FileMetadata Describe(StagedFile file, DateTimeOffset now) => new()
    {
        Tallymark = PublishedJson.Version,
        Tool = _manifest.Tool,
        Title = _manifest.Title,
        Dataset = file.Dataset.Name,
        DatasetTitle = file.Dataset.Title,
        Period = _request.Period.ToString(),
        Provisional = _request.Provisional,
        From = _request.Period.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        To = _request.Period.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Through = _request.Period.LastShown(now) is var last && last >= _request.Period.From
            ? last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
        Generated = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Manifest = file.Period.Manifest.Version,
        Manifests = file.Period.Versions,
        Minimum = file.Dataset.Minimum,
        License = file.Period.Manifest.License,
        Attribution = LicenseFile.AttributionOf(file.Period),
        Columns = file.Period.Columns,
        Rows = file.Rows,
        Occurrences = file.Occurrences,
        // In a preview that grows by a day, these numbers would tell of each day whether anybody was active on it.
        DaysLeftOut = _request.Provisional ? null : file.DaysLeftOut,
        DaysWithoutEvents = _request.Provisional ? null : file.DaysWithoutEvents,
        DaysNotKept = file.DaysNotKept,
        Sha256 = file.Sha256,
    };

    // The documents about the tool: the newest dictionary, and that of each version with events in the files.
    void WriteToolDocuments(StagedFiles staged)
    {
        Write("LICENSE.txt", LicenseFile.TextFor(_request.Manifests));
        Write("dictionary.json", DataDictionary.Json(_manifest));
        Write("dictionary.md", DataDictionary.Markdown(_manifest));
        HashSet<int> versions = [.. staged.Files.SelectMany(f => f.Period.Versions)];
        foreach (var manifest in _request.Manifests.Where(m => versions.Contains(m.Version)))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"dictionary-{manifest.Version}");
            Write(name + ".json", DataDictionary.Json(manifest));
            Write(name + ".md", DataDictionary.Markdown(manifest));
        }

        void Write(string name, string text) =>
            AtomicFile.Write(Path.Combine(_tool, name), Encoding.UTF8.GetBytes(text));
    }

    // Previews of a released dataset are obsolete, and so are those of a dataset that the period no longer has: first
    // out of the index, then the files.
    void RemoveProvisional(HashSet<string> published)
    {
        HashSet<string> obsolete = _request.Dataset is null ? [.. _indexes.Provisional()] : [.. published];
        if (_request.Provisional)
            obsolete.ExceptWith(published);
        if (obsolete.Count == 0 || !_indexes.RemoveProvisional(obsolete))
            return;
        foreach (var name in obsolete)
        {
            File.Delete(Path.Combine(ProvisionalFolder, NameOf(name, "tsv")));
            File.Delete(Path.Combine(ProvisionalFolder, NameOf(name, "json")));
        }
    }

    DatasetEntry EntryOf(StagedFile file) => new(
        file.Dataset.Name, file.Dataset.Title, NameOf(file.Dataset.Name, "tsv"), NameOf(file.Dataset.Name, "json"));

    bool IsRequested(Dataset dataset) =>
        _request.Dataset is null || string.Equals(_request.Dataset, dataset.Name, StringComparison.Ordinal);

    string PathOf(string dataset, string extension) => Path.Combine(_files, NameOf(dataset, extension));

    string NameOf(string dataset, string extension) => $"{_manifest.Tool}-{dataset}-{_request.Period}.{extension}";
}
