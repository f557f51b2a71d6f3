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
    /// Starts the files under temporary names: those requested, or all of the manifest before a release, so that the
    /// datasets released before can be compared.
    /// </summary>
    public StagedFiles Stage() => new(
    [
        .. _manifest.Datasets.Where(d => !_request.Provisional || IsRequested(d))
            .Select(d => new StagedFile(d, new TsvWriter(PathOf(d.Name, "tsv"), d))),
    ]);

    /// <summary>Compares the staged files with what was released before.</summary>
    /// <exception cref="PublishException">They differ, or another version of the manifest would add to a released
    /// period.</exception>
    public void CheckReleased(StagedFiles staged)
    {
        if (_request.Provisional)
            return;
        foreach (var file in staged.Files)
        {
            if (File.Exists(file.Path) && !file.IsReleased)
            {
                throw new PublishException(
                    $"{file.Path} was released with different contents. A released file is never changed, because " +
                    "the difference could reveal a small group. Nothing was written. Find out what changed since the " +
                    "release: the store, the manifest's datasets, or the file itself.");
            }
        }

        if (staged.Files.Any(f => !File.Exists(f.Path) && IsRequested(f.Dataset)))
            CheckManifestVersion();
    }

    /// <summary>Gives the requested files their names, then writes the documents that name them.</summary>
    public IReadOnlyList<PublishedFile> Release(StagedFiles staged, DateTimeOffset now)
    {
        List<PublishedFile> published =
            [.. staged.Files.Where(f => IsRequested(f.Dataset)).Select(f => Release(f, now))];
        WriteToolDocuments();
        _indexes.Add([.. published.Select(f => EntryOf(f.Dataset))], _request.Provisional);
        if (!_request.Provisional)
            RemoveProvisional([.. published.Select(p => p.Dataset)]);
        _indexes.AddTool();
        return published;
    }

    void CheckManifestVersion()
    {
        foreach (var entry in _indexes.Released())
        {
            var metadata = PublishedJson.Read<FileMetadata>(Path.Combine(_files, entry.Metadata));
            if (metadata is not null && metadata.Manifest != _manifest.Version)
            {
                throw new PublishException(
                    $"Datasets of {_request.Period} were released with manifest {metadata.Manifest}, so manifest " +
                    $"{_manifest.Version} can't add to them: together they could reveal a small group. Nothing was " +
                    "written.");
            }
        }
    }

    PublishedFile Release(StagedFile file, DateTimeOffset now)
    {
        var isReleased = file.IsReleased;
        if (!isReleased)
            file.Commit();
        var path = PathOf(file.Dataset.Name, "json");
        if (_request.Provisional || !File.Exists(path))
            AtomicFile.Write(path, PublishedJson.Write(Describe(file, now)));
        return new PublishedFile(
            file.Dataset.Name, file.Path, file.Rows, file.Occurrences, file.DaysLeftOut, Written: !isReleased);
    }

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
        Generated = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Manifest = _manifest.Version,
        Minimum = file.Dataset.Minimum,
        License = _manifest.License,
        Attribution = LicenseFile.AttributionOf(file.Dataset, _manifest),
        Columns = [.. file.Dataset.Columns.Select(c => ColumnEntry.Of(c, _manifest))],
        Rows = file.Rows,
        Occurrences = file.Occurrences,
        DaysLeftOut = file.DaysLeftOut,
        Sha256 = file.Sha256,
    };

    // The documents about the tool, which do not depend on the period.
    void WriteToolDocuments()
    {
        Write("LICENSE.txt", LicenseFile.TextFor(_manifest));
        Write("dictionary.json", DataDictionary.Json(_manifest));
        Write("dictionary.md", DataDictionary.Markdown(_manifest));

        void Write(string name, string text) =>
            AtomicFile.Write(Path.Combine(_tool, name), Encoding.UTF8.GetBytes(text));
    }

    // Previews of a released dataset are obsolete: first out of the index, then the files.
    void RemoveProvisional(HashSet<string> released)
    {
        if (!_indexes.RemoveProvisional(released))
            return;
        foreach (var name in released)
        {
            File.Delete(Path.Combine(ProvisionalFolder, NameOf(name, "tsv")));
            File.Delete(Path.Combine(ProvisionalFolder, NameOf(name, "json")));
        }
    }

    DatasetEntry EntryOf(string dataset)
    {
        var title = _manifest.Datasets.First(d => string.Equals(d.Name, dataset, StringComparison.Ordinal)).Title;
        return new DatasetEntry(dataset, title, NameOf(dataset, "tsv"), NameOf(dataset, "json"));
    }

    bool IsRequested(Dataset dataset) =>
        _request.Dataset is null || string.Equals(_request.Dataset, dataset.Name, StringComparison.Ordinal);

    string PathOf(string dataset, string extension) => Path.Combine(_files, NameOf(dataset, extension));

    string NameOf(string dataset, string extension) => $"{_manifest.Tool}-{dataset}-{_request.Period}.{extension}";
}
