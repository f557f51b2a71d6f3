// SPDX-License-Identifier: MIT
namespace Dn.Projects;

/// <summary>
/// Reads project files: lines of <c>key: value</c>, comments after <c>#</c>, and lists with commas between the items.
/// </summary>
public static class ProjectFile
{
    /// <summary>The extension of project files.</summary>
    public const string Extension = ".dnproj";

    static readonly string[] Keys =
    [
        "output", "frameworks", "runtimes", "references", "packages", "test-runner", "version", "author", "description",
        "repository",
    ];

    /// <summary>Finds the project of a path: a project file, or a folder that contains exactly one.</summary>
    /// <returns>The absolute path of the project file.</returns>
    /// <exception cref="ProjectException">There is none, or more than one.</exception>
    public static string Find(string path)
    {
        if (File.Exists(path)) return Path.GetFullPath(path);
        var found = Directory.Exists(path) ? Directory.GetFiles(path, "*" + Extension) : [];
        return found switch
        {
            [var one] => Path.GetFullPath(one),
            [] => throw Bad($"'{path}' is no project file, and no folder with one. 'dn new' makes one."),
            _ => throw Bad($"'{path}' contains {found.Length} project files. Name one of them."),
        };
    }

    /// <summary>Reads a project file.</summary>
    /// <exception cref="ProjectException">The file has a mistake; the message names its line.</exception>
    public static Project Read(string path)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path)) throw Bad($"The project file '{path}' does not exist.");
        var values = ReadLines(path);
        var output = values.GetValueOrDefault("output", "exe") switch
        {
            "exe" => OutputKind.Exe,
            "library" => OutputKind.Library,
            "test" => OutputKind.Test,
            var other => throw Bad($"{path}: '{other}' is no output. Write exe, library or test."),
        };
        var runner = values.GetValueOrDefault("test-runner");
        if (output == OutputKind.Test && runner is null) throw Bad($"{path}: 'test-runner' is missing.");
        if (output != OutputKind.Test && runner is not null)
            throw Bad($"{path}: 'test-runner' is only for projects with 'output: test'.");
        return new Project
        {
            Path = path,
            Output = output,
            Frameworks = List(values, "frameworks") is { Count: > 0 } frameworks
                ? frameworks : throw Bad($"{path}: 'frameworks' is missing, such as 'frameworks: net10.0'."),
            RuntimeIds = List(values, "runtimes"),
            References = [.. List(values, "references").Select(
                reference => Path.GetFullPath(reference, Path.GetDirectoryName(path)!))],
            Packages = [.. List(values, "packages").Select(package => ReadPackage(path, package))],
            TestRunner = runner,
            Version = values.GetValueOrDefault("version", "1.0.0") is var version && IsFileName(version)
                ? version : throw Bad($"{path}: '{version}' is no version, such as '1.0.0'."),
            Author = values.GetValueOrDefault("author"),
            Description = values.GetValueOrDefault("description"),
            Repository = values.GetValueOrDefault("repository"),
        };
    }

    static Dictionary<string, string> ReadLines(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Trim() is "" or ['#', ..]) continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var key = colon < 0 ? line.Trim() : line[..colon].Trim();
            if (colon < 0 || !Keys.Contains(key))
                throw Bad($"{path}({number}): unknown key '{key}'. Known keys: {string.Join(", ", Keys)}.");
            if (line[(colon + 1)..].Trim() is not { Length: > 0 } value)
                throw Bad($"{path}({number}): '{key}' has no value.");
            if (!values.TryAdd(key, value)) throw Bad($"{path}({number}): duplicate key '{key}'.");
        }

        return values;
    }

    static PackageReference ReadPackage(string path, string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var version]
            && IsFileName(name) && IsFileName(version)
            ? new(name, version)
            : throw Bad($"{path}: '{text}' is no package. Write a name and a version, such as 'Greetings 1.0.0'.");

    // Names and versions become file names.
    static bool IsFileName(string text) =>
        char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');

    static IReadOnlyList<string> List(Dictionary<string, string> values, string key) =>
        values.GetValueOrDefault(key, "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal).ToList();

    static ProjectException Bad(string message) => new(ProjectProblem.BadProject, message);
}
