// SPDX-License-Identifier: MIT
namespace Kmpkg.Installing;

/// <summary>
/// The installed files below one root. <c>.kmpkg/ports/NAME</c> lists a port's files, <c>.kmpkg/changing/NAME</c> those
/// of a port that is being installed or removed. A file that is left there belongs to an interrupted run; the next run
/// rolls it back.
/// </summary>
sealed class InstalledTree(string root) : IDisposable
{
    readonly string _ports = Path.Combine(root, ".kmpkg", "ports");
    readonly string _changing = Path.Combine(root, ".kmpkg", "changing");
    readonly string _staging = Path.Combine(root, ".kmpkg", "staging");
    FileStream? _lock;

    /// <summary>The root folder, as passed to the constructor.</summary>
    public string Root => root;

    /// <summary>The installed ports, by name.</summary>
    public IReadOnlyList<InstalledPort> Ports => Directory.Exists(_ports)
        ? [.. Directory.EnumerateFiles(_ports).Order(StringComparer.Ordinal).Select(InstalledPort.Read)]
        : [];

    public bool Has(string name) => Catalogue.Port.IsName(name) && File.Exists(Path.Combine(_ports, name));

    /// <summary>Locks the tree; call it before any change. Throws if another kmpkg holds the lock.</summary>
    public void Open()
    {
        Directory.CreateDirectory(_ports);
        Directory.CreateDirectory(_changing);
        // Held until this process ends; the system releases it even after a crash.
        _lock = new(Path.Combine(root, ".kmpkg", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        foreach (var unfinished in Directory.GetFiles(_changing)) RollBack(InstalledPort.Read(unfinished));
        Unstage();
    }

    /// <summary>Creates an empty staging folder on the same volume, to build a port in.</summary>
    public string Stage(string name) => Directory.CreateDirectory(Path.Combine(_staging, name)).FullName;

    /// <summary>Removes the staging folders.</summary>
    public void Unstage()
    {
        if (Directory.Exists(_staging)) Directory.Delete(_staging, recursive: true);
    }

    /// <summary>Moves a built port into the tree: all files, or none if one of them exists already.</summary>
    public Problem? Place(Catalogue.Port port, string staged)
    {
        var files = Directory.EnumerateFiles(staged, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(staged, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal).ToList();
        if (files.Find(file => Path.Exists(Path.Combine(root, file))) is { } taken)
        {
            var owner = Ports.FirstOrDefault(other => other.Files.Contains(taken))?.Name ?? "no port";
            return new(ExitCode.FileConflict, $"{port.Name}: '{taken}' exists already and belongs to {owner}");
        }

        var installed = new InstalledPort(port.Name, port.Version, port.Depends, files);
        var journal = Path.Combine(_changing, port.Name);
        try
        {
            File.WriteAllText(journal, installed.ToString());
            foreach (var file in files)
            {
                var target = Path.Combine(root, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(Path.Combine(staged, file), target);
            }

            File.Move(journal, Path.Combine(_ports, port.Name));
            return null;
        }
        finally
        {
            if (File.Exists(journal)) RollBack(installed);
        }
    }

    /// <summary>Removes an installed port: exactly its files, then the folders that are empty.</summary>
    public void Remove(InstalledPort port)
    {
        File.Move(Path.Combine(_ports, port.Name), Path.Combine(_changing, port.Name), overwrite: true);
        RollBack(port);
    }

    public void Dispose() => _lock?.Dispose();

    void RollBack(InstalledPort port)
    {
        foreach (var file in port.Files)
        {
            // A file that is still in the staging folder was never moved, so the one in the tree belongs to another
            // port.
            var path = Path.Combine(root, file);
            if (!File.Exists(path) || File.Exists(Path.Combine(_staging, port.Name, file))) continue;
            File.Delete(path);
            for (var folder = Path.GetDirectoryName(file); !string.IsNullOrEmpty(folder);
                folder = Path.GetDirectoryName(folder))
            {
                if (Directory.EnumerateFileSystemEntries(Path.Combine(root, folder)).Any()) break;
                Directory.Delete(Path.Combine(root, folder));
            }
        }

        File.Delete(Path.Combine(_changing, port.Name));
    }
}
