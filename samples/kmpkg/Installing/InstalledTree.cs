// SPDX-License-Identifier: MIT
// The tree of installed files, and the record of which port brought which of them.

namespace Kmpkg.Installing;

/// <summary>
/// The tree below one install root. <c>.kmpkg/ports/NAME</c> lists a port's files, <c>.kmpkg/changing/NAME</c> those of a
/// port that is just coming or going: what an earlier run left there, it did not finish, and it is taken back.
/// </summary>
sealed class InstalledTree(string root) : IDisposable
{
    readonly string _ports = Path.Combine(root, ".kmpkg", "ports");
    readonly string _changing = Path.Combine(root, ".kmpkg", "changing");
    readonly string _staging = Path.Combine(root, ".kmpkg", "staging");
    FileStream? _lock;

    /// <summary>The folder, as it was given.</summary>
    public string Root => root;

    /// <summary>What is installed, by name.</summary>
    public IReadOnlyList<InstalledPort> Ports => Directory.Exists(_ports)
        ? [.. Directory.EnumerateFiles(_ports).Order(StringComparer.Ordinal).Select(InstalledPort.Read)]
        : [];

    public bool Has(string name) => Catalogue.Port.IsName(name) && File.Exists(Path.Combine(_ports, name));

    /// <summary>To be called before any change: one kmpkg at a time. Throws where another is at work.</summary>
    public void Open()
    {
        Directory.CreateDirectory(_ports);
        Directory.CreateDirectory(_changing);
        // Held for as long as this process lives; the system lets go of it, however that ends.
        _lock = new(Path.Combine(root, ".kmpkg", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        foreach (var unfinished in Directory.GetFiles(_changing)) TakeBack(InstalledPort.Read(unfinished));
        Unstage();
    }

    /// <summary>An empty folder on the same volume, in which a port can be built out of sight.</summary>
    public string Stage(string name) => Directory.CreateDirectory(Path.Combine(_staging, name)).FullName;

    /// <summary>Removes what <see cref="Stage"/> made.</summary>
    public void Unstage()
    {
        if (Directory.Exists(_staging)) Directory.Delete(_staging, recursive: true);
    }

    /// <summary>Moves a built port into the tree, all of it or, where a file is there already, none of it.</summary>
    public Problem? Place(Catalogue.Port port, string staged)
    {
        var files = Directory.EnumerateFiles(staged, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(staged, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal).ToList();
        if (files.Find(file => Path.Exists(Path.Combine(root, file))) is { } taken)
        {
            var owner = Ports.FirstOrDefault(other => other.Files.Contains(taken))?.Name ?? "no port";
            return new(ExitCode.FileConflict, $"{port.Name}: '{taken}' is there already and belongs to {owner}");
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
            if (File.Exists(journal)) TakeBack(installed);
        }
    }

    /// <summary>Removes an installed port: exactly the files that it brought, then folders that are empty now.</summary>
    public void Remove(InstalledPort port)
    {
        File.Move(Path.Combine(_ports, port.Name), Path.Combine(_changing, port.Name), overwrite: true);
        TakeBack(port);
    }

    public void Dispose() => _lock?.Dispose();

    void TakeBack(InstalledPort port)
    {
        foreach (var file in port.Files)
        {
            // A file that still lies in the stage never came into the tree: what stands there is somebody else's.
            var path = Path.Combine(root, file);
            if (!File.Exists(path) || File.Exists(Path.Combine(_staging, port.Name, file))) continue;
            File.Delete(path);
            for (var folder = Path.GetDirectoryName(file); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (Directory.EnumerateFileSystemEntries(Path.Combine(root, folder)).Any()) break;
                Directory.Delete(Path.Combine(root, folder));
            }
        }

        File.Delete(Path.Combine(_changing, port.Name));
    }
}
