// SPDX-License-Identifier: MIT
// The folder of ports: one folder a port, read only when it is asked for.

namespace Kmpkg.Catalogue;

/// <summary>All ports that there are.</summary>
sealed class PortCatalogue(string root)
{
    /// <summary>The ports' names, by their bytes. Throws where the folder can't be read.</summary>
    public IEnumerable<string> Names => Directory.EnumerateDirectories(root)
        .Where(folder => File.Exists(Path.Combine(folder, "port.txt")))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal);

    /// <summary>One port; null without a problem where there is none of that name.</summary>
    public Port? Find(string name, out Problem? problem)
    {
        problem = null;
        if (!Port.IsName(name)) return null;
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"There is no folder of ports at '{root}'.");
        var folder = Path.Combine(root, name);
        return File.Exists(Path.Combine(folder, "port.txt")) ? Port.Read(folder, out problem) : null;
    }
}
