// SPDX-License-Identifier: MIT
namespace Dn.Projects;

/// <summary>The kind of assembly that a project builds.</summary>
public enum OutputKind
{
    /// <summary>A program.</summary>
    Exe,

    /// <summary>A library.</summary>
    Library,

    /// <summary>A program that runs the project's tests.</summary>
    Test,
}

/// <summary>A package that a project uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; no other one is used.</param>
public sealed record PackageReference(string Name, string Version)
{
    /// <summary>Name and version with a dot between them, as in the name of the package's file.</summary>
    public override string ToString() => $"{Name}.{Version}";
}

/// <summary>One project, as its <c>NAME.dnproj</c> describes it. <see cref="ProjectFile.Read"/> makes it.</summary>
public sealed record Project
{
    /// <summary>The project file. Absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the project, which is that of its file, and of the assembly.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folder of the project. Absolute path.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The kind of assembly that it builds.</summary>
    public OutputKind Output { get; init; } = OutputKind.Exe;

    /// <summary>The target frameworks, such as <c>net10.0</c>; at least one.</summary>
    public required IReadOnlyList<string> Frameworks { get; init; }

    /// <summary>The runtime ids that it may be published for; empty for all.</summary>
    public IReadOnlyList<string> RuntimeIds { get; init; } = [];

    /// <summary>Projects (<c>.dnproj</c>) and assemblies (<c>.dll</c>) that it uses. Absolute paths.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Packages that it uses.</summary>
    public IReadOnlyList<PackageReference> Packages { get; init; } = [];

    /// <summary>For <see cref="OutputKind.Test"/>: whose attribute marks a test; null otherwise.</summary>
    public string? TestRunner { get; init; }

    /// <summary>The version of the assembly and the package. Default: 1.0.0.</summary>
    public string Version { get; init; } = "1.0.0";

    /// <summary>Who wrote it; null: the file does not say.</summary>
    public string? Author { get; init; }

    /// <summary>Its purpose in words; null: the file does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Where its sources are; null: the file does not say.</summary>
    public string? Repository { get; init; }

    /// <summary>The folder of one build.</summary>
    public string OutputFolder(string configuration, string framework) =>
        System.IO.Path.Combine(Folder, "bin", configuration, framework);

    /// <summary>The assembly of one build.</summary>
    public string Assembly(string configuration, string framework) =>
        System.IO.Path.Combine(OutputFolder(configuration, framework), Name + ".dll");

    /// <summary>
    /// Its C# files, sorted: all below the folder, except <c>bin</c>, <c>obj</c> and the folders of other projects.
    /// </summary>
    public IEnumerable<string> Sources() => SourcesBelow(Folder).Order(StringComparer.Ordinal);

    static IEnumerable<string> SourcesBelow(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs")) yield return file;
        foreach (var below in Directory.EnumerateDirectories(folder))
        {
            if (System.IO.Path.GetFileName(below) is "bin" or "obj"
                || Directory.EnumerateFiles(below, "*" + ProjectFile.Extension).Any())
                continue;
            foreach (var file in SourcesBelow(below)) yield return file;
        }
    }
}
