// SPDX-License-Identifier: MIT
// What the tree remembers of an installed port: version, needs, and each file that it brought.

namespace Kmpkg.Installing;

/// <summary>An installed port. Files are paths below the tree's root, with slashes, by their bytes.</summary>
sealed record InstalledPort(string Name, string Version, IReadOnlyList<string> Depends, IReadOnlyList<string> Files)
{
    /// <summary>The text that is kept: a line a fact, <c>key value</c>.</summary>
    public override string ToString() => string.Concat(
        ((string[])[$"version {Version}"])
        .Concat(Depends.Select(name => $"depends {name}"))
        .Concat(Files.Select(file => $"file {file}"))
        .Select(line => line + "\n"));

    /// <summary>Reads it back. A line of another kind would be another format: it is refused, not guessed at.</summary>
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
            else throw new InvalidDataException($"'{path}' is no list of an installed port: '{line}'");
        }

        return new(Path.GetFileName(path), version, depends, files);
    }
}
