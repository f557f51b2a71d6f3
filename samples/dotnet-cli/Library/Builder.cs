// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Dn.Projects;

/// <summary>
/// Builds a project and the projects that it uses, each once. It compiles a project only if a file has changed since
/// the last build. One thread at a time.
/// </summary>
/// <param name="configuration"><c>Debug</c>, or another one, which is optimised.</param>
/// <param name="log">Gets the compiler's messages, and one line for each assembly that is written.</param>
public sealed class Builder(string configuration, TextWriter log)
{
    readonly List<string> _path = [];
    readonly HashSet<string> _finished = new(StringComparer.Ordinal);

    /// <summary>The folder to restore packages from; null: the project's default.</summary>
    public string? PackageSource { get; init; }

    /// <summary>False if packages must be there already.</summary>
    public bool Restores { get; init; } = true;

    /// <summary>Builds the project for all its frameworks, or for one of them.</summary>
    /// <exception cref="ProjectException">A project is wrong, or its sources have errors.</exception>
    public void Build(Project project, string? framework = null)
    {
        foreach (var one in FrameworksOf(project, framework)) BuildFor(project, one);
    }

    /// <summary>The frameworks to build: all of the project's, or that one.</summary>
    /// <exception cref="ProjectException">The project does not target that one.</exception>
    public static IReadOnlyList<string> FrameworksOf(Project project, string? framework) =>
        framework is null ? project.Frameworks
            : project.Frameworks.Contains(framework) ? [framework]
            : throw new ProjectException(
                ProjectProblem.BadProject, $"{project.Name} does not target '{framework}'. It targets: "
                + string.Join(", ", project.Frameworks) + ".");

    void BuildFor(Project project, string framework)
    {
        if (!_finished.Add($"{project.Path} {framework}")) return;
        _path.Add(project.Path);
        _ = Frameworks.Major(framework);
        if (Restores) Packages.Restore(project, PackageSource ?? Packages.DefaultSource(project), log);
        List<string> references = [.. Packages.Assemblies(project, framework)];
        foreach (var reference in project.References)
            references.AddRange(BuildReference(project, reference, framework));

        if (BuildInputs.HaveChanged(project, framework, configuration, references))
        {
            Compiler.Compile(project, framework, configuration, references, log);
            WriteBesides(project, framework, references);
            BuildInputs.Save(project, framework, configuration, references);
            log.WriteLine($"{project.Name} -> {project.Assembly(configuration, framework)}");
        }

        _path.RemoveAt(_path.Count - 1);
    }

    // The assembly of a reference, and what it needs beside it.
    IEnumerable<string> BuildReference(Project project, string reference, string framework)
    {
        if (!File.Exists(reference))
            throw new ProjectException(ProjectProblem.BadProject, $"{project.Name}: '{reference}' does not exist.");
        if (Path.GetExtension(reference) != ProjectFile.Extension) return [reference];
        if (_path.Contains(reference))
        {
            var cycle = _path.SkipWhile(p => p != reference).Append(reference).Select(Path.GetFileNameWithoutExtension);
            throw new ProjectException(
                ProjectProblem.BadProject, $"These projects use each other: {string.Join(" -> ", cycle)}");
        }

        var used = ProjectFile.Read(reference);
        if (!used.Frameworks.Contains(framework))
        {
            throw new ProjectException(ProjectProblem.BadProject,
                $"{project.Name} targets {framework}, but its reference {used.Name} does not.");
        }

        BuildFor(used, framework);
        return Directory.GetFiles(used.OutputFolder(configuration, framework), "*.dll").Order(StringComparer.Ordinal);
    }

    void WriteBesides(Project project, string framework, IEnumerable<string> references)
    {
        var folder = project.OutputFolder(configuration, framework);
        foreach (var reference in references)
            File.Copy(reference, Path.Combine(folder, Path.GetFileName(reference)), overwrite: true);
        if (project.Output == OutputKind.Library) return;
        File.WriteAllText(
            Path.Combine(folder, project.Name + ".runtimeconfig.json"),
            string.Create(CultureInfo.InvariantCulture, $$"""
                {
                  "runtimeOptions": {
                    "tfm": "{{framework}}",
                    "rollForward": "Major",
                    "framework": { "name": "Microsoft.NETCore.App", "version": "{{Frameworks.Major(framework)}}.0.0" }
                  }
                }

                """));
    }
}
