// SPDX-License-Identifier: MIT
// A folder as a web server should see it: files by their name and nothing else.

using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;

namespace Tallymark.Collector.Http;

/// <summary>
/// Plain files below a folder. Names that begin with a dot are not there, links of any kind are not followed, folders
/// have no content. Safe for any thread.
/// </summary>
sealed class PlainFiles : IFileProvider, IDisposable
{
    readonly PhysicalFileProvider _files;

    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public PlainFiles(string folder) =>
        _files = new PhysicalFileProvider(Path.GetFullPath(folder), ExclusionFilters.Sensitive);

    public IFileInfo GetFileInfo(string subpath)
    {
        var path = _files.Root;
        foreach (var name in subpath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, name);
            if (name.StartsWith('.') || IsLink(path))
                return new NotFoundFileInfo(subpath);
        }

        return _files.GetFileInfo(subpath);
    }

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    public void Dispose() => _files.Dispose();

    static bool IsLink(string path)
    {
        try
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return true; // not there, or a name that no file can have
        }
    }
}
