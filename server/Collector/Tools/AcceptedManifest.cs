// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tools;

/// <summary>
/// An accepted version of a manifest. Its text stays in the data folder; what is compiled from it is in memory only
/// while batches of this version come, so that a declared tool costs next to nothing. Thread-safe.
/// </summary>
/// <param name="tool">The tool's name.</param>
/// <param name="version">The manifest's version.</param>
/// <param name="path">The file in the data folder; it passed the check when it was accepted.</param>
sealed class AcceptedManifest(string tool, int version, string path)
{
    readonly Lock _lock = new();

    // Under _lock.
    WeakReference<ToolManifest>? _manifest;
    AllowList? _allowed;
    string? _title;

    public string Tool => tool;

    public int Version => version;

    /// <summary>Its text, verbatim. Cost: reads the file.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public string Text => File.ReadAllText(path);

    /// <summary>The title. Cost: reads the file, once.</summary>
    /// <exception cref="IOException">The file can't be read, or was damaged.</exception>
    public string Title
    {
        get
        {
            lock (_lock)
                return _title ??= Read().Title;
        }
    }

    /// <summary>The manifest. Cost: reads the file, unless another caller still has the result.</summary>
    /// <exception cref="IOException">The file can't be read, or was damaged.</exception>
    public ToolManifest Manifest
    {
        get
        {
            lock (_lock)
                return Read();
        }
    }

    /// <summary>
    /// The events and fields that it allows. Cost: reads the file, at the first call and after <see cref="Release"/>.
    /// </summary>
    /// <exception cref="IOException">The file can't be read, or was damaged.</exception>
    public AllowList Allowed
    {
        get
        {
            if (Volatile.Read(ref _allowed) is { } known)
                return known;
            lock (_lock)
            {
                if (_allowed is null)
                    Volatile.Write(ref _allowed, new AllowList(Read()));
                return _allowed!;
            }
        }
    }

    /// <summary>Forgets what it allows until the next batch comes.</summary>
    /// <returns>The forgotten list; null: there was none.</returns>
    public AllowList? Release()
    {
        lock (_lock)
        {
            var released = _allowed;
            Volatile.Write(ref _allowed, null);
            return released;
        }
    }

    // Under the lock.
    ToolManifest Read()
    {
        if (_manifest is not null && _manifest.TryGetTarget(out var known))
            return known;
        var manifest = ManifestReader.ReadAccepted(Text).Manifest ?? throw new IOException(
            $"{path}: this accepted manifest was changed or damaged. Restore it from a backup.");
        _manifest = new WeakReference<ToolManifest>(manifest);
        return manifest;
    }
}
