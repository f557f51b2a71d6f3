// SPDX-License-Identifier: MIT
namespace Kmpkg.Building;

/// <summary>The kind of a step.</summary>
enum StepKind
{
    /// <summary><c>require-file SOURCE</c>: the file has to exist.</summary>
    RequireFile,

    /// <summary><c>check-sha256 SOURCE DIGITS</c>: the file has to have this SHA-256.</summary>
    CheckSha256,

    /// <summary>
    /// <c>configure SOURCE -> TARGET</c>: copies a text and replaces <c>@NAME@</c> and <c>@VERSION@</c>.
    /// </summary>
    Configure,

    /// <summary><c>archive SOURCE... -> TARGET</c>: makes one library file from several files.</summary>
    Archive,

    /// <summary><c>install SOURCE -> TARGET</c>: copies a file unchanged.</summary>
    Install,
}

/// <summary>One step. Sources are relative to the port's folder, the target to the tree.</summary>
sealed record Step(int Line, StepKind Kind, IReadOnlyList<string> Sources, string Argument);

/// <summary>
/// Reads a port's <c>recipe.txt</c>: one step a line. All of it is checked before the first step runs.
/// </summary>
static class Recipe
{
    static readonly string[] TargetFolders = ["bin", "include", "lib", "share"];

    /// <summary>Returns the steps, or none with the recipe's error and its line.</summary>
    public static IReadOnlyList<Step> Read(string path, out string? problem)
    {
        var steps = new List<Step>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [] || words[0][0] == '#') continue;
            if (ReadStep(number, words, out problem) is not { } step)
            {
                problem = $"recipe.txt, line {number}: {problem}";
                return [];
            }

            steps.Add(step);
        }

        problem = steps.Count == 0 ? "recipe.txt has no step" : null;
        return steps;
    }

    static Step? ReadStep(int line, string[] words, out string? problem)
    {
        Step? step = words switch
        {
            ["require-file", var file] => new(line, StepKind.RequireFile, [file], ""),
            ["check-sha256", var file, var digits] => new(line, StepKind.CheckSha256, [file], digits),
            ["configure", var file, "->", var target] => new(line, StepKind.Configure, [file], target),
            ["archive", .. { Length: > 0 } files, "->", var target] => new(line, StepKind.Archive, files, target),
            ["install", var file, "->", var target] => new(line, StepKind.Install, [file], target),
            _ => null,
        };
        problem = step is null ? $"'{words[0]}' is not a step, or has the wrong arguments"
            : step.Sources.FirstOrDefault(source => !IsInside(source)) is { } outside
                ? $"'{outside}' is outside the port's folder"
            : step.Kind >= StepKind.Configure && !IsTarget(step.Argument)
                ? $"'{step.Argument}' is not below one of {string.Join(", ", TargetFolders)}"
            : null;
        return problem is null ? step : null;
    }

    /// <summary>True for a relative path without <c>..</c>: a recipe may not leave its two folders.</summary>
    static bool IsInside(string path) =>
        path.IndexOfAny(['\\', ':']) < 0 && path.Split('/').All(part => part is not ("" or "." or ".."));

    static bool IsTarget(string path) =>
        IsInside(path) && path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && TargetFolders.Contains(path[..slash]);
}
