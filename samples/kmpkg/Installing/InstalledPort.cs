// SPDX-License-Identifier: MIT
namespace Kmpkg.Installing;

/// <summary>
/// An installed port: its version, dependencies and files. Files are paths below the tree's root, with slashes, in
/// ordinal order.
/// </summary>
sealed record InstalledPort(string Name, string Version, IReadOnlyList<string> Depends, IReadOnlyList<string> Files)
{
    /// <summary>The text that is saved: lines of <c>key value</c>.</summary>
    public override string ToString() => string.Concat(
        ((string[])[$"version {Version}"])
        .Concat(Depends.Select(name => $"depends {name}"))
        .Concat(Files.Select(file => $"file {file}"))
        .Select(line => line + "\n"));

    /// <summary>Reads the saved text. Throws on an unknown line, which may be of another format.</summary>
    public static InstalledPort Read(string path)
    {
        var version = "";
        var depends = new List<string>();
        var files = new List<string>();
        foreach (var line in File.ReadLines(path))
        {
            var (key, value) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank
                ? (line[..blank], line[(blank + 1)..]) : (line, "");
            if (key == "version") version = value;
            else if (key == "depends") depends.Add(value);
            else if (key == "file") files.Add(value);
            else throw new InvalidDataException($"'{path}' has an unknown line: '{line}'");
        }

        return new(Path.GetFileName(path), version, depends, files);
    }
}
