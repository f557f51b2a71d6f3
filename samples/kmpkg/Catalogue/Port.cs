// SPDX-License-Identifier: MIT
namespace Kmpkg.Catalogue;

/// <summary>One port, a library that kmpkg can build, as its <c>port.txt</c> describes it.</summary>
sealed record Port(
    string Name, string Version, string License, string Description, IReadOnlyList<string> Depends, string Folder)
{
    /// <summary>Name and version, for people.</summary>
    public string Title => $"{Name} {Version}";

    /// <summary>
    /// Reads <c>port.txt</c> in a port's folder: lines of <c>key: value</c>, and comments after <c>#</c>.
    /// </summary>
    public static Port? Read(string folder, out Problem? problem)
    {
        var name = Path.GetFileName(folder);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "port.txt")))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var key = colon < 0 ? line : line[..colon];
            if (colon < 0 || key is not ("name" or "version" or "license" or "description" or "depends"))
                return Bad(
                    $"line {number}: unknown key '{key}'; known keys: name, version, license, description, depends",
                    out problem);
            if (!values.TryAdd(key, line[(colon + 1)..].Trim()))
                return Bad($"line {number}: duplicate key '{key}'", out problem);
        }

        foreach (var key in (string[])["name", "version", "license", "description"])
        {
            if (values.GetValueOrDefault(key) is null or "") return Bad($"'{key}' is missing", out problem);
        }

        if (values["name"] != name)
            return Bad($"the name is '{values["name"]}', but the folder is '{name}'", out problem);
        var depends = values.GetValueOrDefault("depends", "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (depends.FirstOrDefault(d => !IsName(d)) is { } invalid)
            return Bad($"'{invalid}' is not a valid port name", out problem);

        problem = null;
        return new(name, values["version"], values["license"], values["description"], depends, folder);

        Port? Bad(string message, out Problem? problem)
        {
            problem = new(ExitCode.BadCatalogue, $"{name}: port.txt: {message}");
            return null;
        }
    }

    /// <summary>Lower-case letters, digits, dots and dashes: a valid folder name on every system.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');
}
