// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Dn.Projects;

/// <summary>
/// Remembers in <c>obj</c> what an assembly was built from: the project file, sources and references, with their sizes
/// and times.
/// </summary>
static class BuildInputs
{
    /// <summary>True unless the assembly was built from exactly the same files.</summary>
    public static bool HaveChanged(
        Project project, string framework, string configuration, IEnumerable<string> references)
    {
        var saved = FileOf(project, framework, configuration);
        return !File.Exists(saved) || !File.Exists(project.Assembly(configuration, framework))
            || File.ReadAllText(saved) != Describe(project, references);
    }

    /// <summary>Remembers the files.</summary>
    public static void Save(Project project, string framework, string configuration, IEnumerable<string> references)
    {
        var saved = FileOf(project, framework, configuration);
        Directory.CreateDirectory(Path.GetDirectoryName(saved)!);
        File.WriteAllText(saved, Describe(project, references));
    }

    static string FileOf(Project project, string framework, string configuration) =>
        Path.Combine(project.Folder, "obj", configuration, framework, "inputs.txt");

    static string Describe(Project project, IEnumerable<string> references)
    {
        var text = new StringBuilder();
        foreach (var path in project.Sources().Prepend(project.Path).Concat(references))
        {
            var file = new FileInfo(path);
            text.Append(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks} {file.Length} {path}\n");
        }

        return text.ToString();
    }
}
