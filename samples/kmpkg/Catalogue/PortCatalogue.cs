// SPDX-License-Identifier: MIT
namespace Kmpkg.Catalogue;

/// <summary>The folder of all ports, one folder a port. A port is read only when it is requested.</summary>
sealed class PortCatalogue(string root)
{
    /// <summary>The ports' names, in ordinal order. Throws if the folder cannot be read.</summary>
    public IEnumerable<string> Names => Directory.EnumerateDirectories(root)
        .Where(folder => File.Exists(Path.Combine(folder, "port.txt")))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal);

    /// <summary>One port; null without a problem if there is none of that name.</summary>
    public Port? Find(string name, out Problem? problem)
    {
        problem = null;
        if (!Port.IsName(name)) return null;
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"The ports folder '{root}' does not exist.");
        var folder = Path.Combine(root, name);
        return File.Exists(Path.Combine(folder, "port.txt")) ? Port.Read(folder, out problem) : null;
    }
}
