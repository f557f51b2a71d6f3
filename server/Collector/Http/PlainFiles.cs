// SPDX-License-Identifier: MIT

using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;

namespace Tallymark.Collector.Http;

/// <summary>
/// The plain files below a folder. Names that begin with a dot are hidden, links of any kind are not followed, and
/// folders can't be listed. Thread-safe.
/// </summary>
sealed class PlainFiles : IFileProvider, IDisposable
{
    readonly PhysicalFileProvider _files;

    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
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
            return true; // missing, or not a valid file name
        }
    }
}
