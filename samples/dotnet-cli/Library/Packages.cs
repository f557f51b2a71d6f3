// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Security;

namespace Dn.Projects;

/// <summary>
/// Packages: zip files named <c>NAME.VERSION.nupkg</c> with the assemblies of each framework in
/// <c>lib/FRAMEWORK</c>.
/// </summary>
public static class Packages
{
    /// <summary>The default folder to restore packages from: <c>packages</c>, beside the project.</summary>
    public static string DefaultSource(Project project) => Path.Combine(project.Folder, "packages");

    /// <summary>Unpacks the packages of a project that are not unpacked yet.</summary>
    /// <param name="project">The project.</param>
    /// <param name="source">The folder with the package files.</param>
    /// <param name="log">Gets one line for each package that is unpacked.</param>
    /// <exception cref="ProjectException">A package is not in the folder, or has nothing for a framework.</exception>
    public static void Restore(Project project, string source, TextWriter log)
    {
        foreach (var package in project.Packages)
        {
            if (!Directory.Exists(FolderOf(project, package)))
            {
                Unpack(project, package, Path.Combine(source, $"{package}.nupkg"));
                log.WriteLine($"restored {package.Name} {package.Version}");
            }

            foreach (var framework in project.Frameworks) _ = AssembliesOf(project, package, framework);
        }
    }

    /// <summary>The assemblies of a project's packages for one framework.</summary>
    /// <exception cref="ProjectException">A package is not restored, or has nothing for the framework.</exception>
    public static IEnumerable<string> Assemblies(Project project, string framework) =>
        project.Packages.SelectMany(package => AssembliesOf(project, package, framework));

    /// <summary>Writes the package of a project that is built in this configuration.</summary>
    /// <returns>The package file.</returns>
    public static string Pack(Project project, string configuration, string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{project.Name}.{project.Version}.nupkg");
        using var stream = new FileStream(file, FileMode.Create);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
        using (var description = new StreamWriter(zip.CreateEntry(project.Name + ".nuspec").Open()))
            description.Write(Describe(project));
        foreach (var framework in project.Frameworks)
        {
            zip.CreateEntryFromFile(
                project.Assembly(configuration, framework), $"lib/{framework}/{project.Name}.dll");
        }

        return file;
    }

    static void Unpack(Project project, PackageReference package, string file)
    {
        if (!File.Exists(file)) throw Failed($"The package {package.Name} {package.Version} is missing: no '{file}'.");
        // Unpacked beside its place, so that the folder is complete as soon as it has its name.
        var partial = FolderOf(project, package) + ".new";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        try
        {
            using var zip = ZipFile.OpenRead(file);
            foreach (var entry in zip.Entries)
            {
                // Only assemblies directly in a framework's folder: no entry can name a file elsewhere.
                if (entry.FullName.Split('/') is not ["lib", var framework, var name]
                    || framework is "" or "." or ".." || entry.FullName.Contains('\\', StringComparison.Ordinal)
                    || !name.EndsWith(".dll", StringComparison.Ordinal))
                    continue;
                Directory.CreateDirectory(Path.Combine(partial, framework));
                entry.ExtractToFile(Path.Combine(partial, framework, name));
            }
        }
        catch (InvalidDataException)
        {
            throw Failed($"'{file}' is no package: it is no zip file.");
        }

        if (!Directory.Exists(partial)) throw Failed($"'{file}' is no package: it has no assembly.");
        Directory.Move(partial, FolderOf(project, package));
    }

    static string[] AssembliesOf(Project project, PackageReference package, string framework)
    {
        if (!Directory.Exists(FolderOf(project, package)))
            throw Failed($"The package {package.Name} {package.Version} is not restored. Run 'dn restore'.");
        var folder = Path.Combine(FolderOf(project, package), framework);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal)]
            : throw Failed($"The package {package.Name} {package.Version} has nothing for {framework}.");
    }

    static string FolderOf(Project project, PackageReference package) =>
        Path.Combine(project.Folder, "obj", "packages", package.ToString());

    static string Describe(Project project) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <package>
          <metadata>
            <id>{Xml(project.Name)}</id>
            <version>{Xml(project.Version)}</version>
            <authors>{Xml(project.Author ?? project.Name)}</authors>
            <description>{Xml(project.Description ?? project.Name)}</description>
            <repository url="{Xml(project.Repository ?? "")}" />
          </metadata>
        </package>

        """;

    static string Xml(string text) => SecurityElement.Escape(text);

    static ProjectException Failed(string message) => new(ProjectProblem.RestoreFailed, message);
}
