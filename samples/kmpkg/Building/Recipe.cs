// SPDX-License-Identifier: MIT
// A port's `recipe.txt`: one step a line, checked as a whole before the first one runs.

namespace Kmpkg.Building;

/// <summary>What a step does.</summary>
enum StepKind
{
    /// <summary><c>require-file SOURCE</c>: it has to be there.</summary>
    RequireFile,

    /// <summary><c>check-sha256 SOURCE DIGITS</c>: its content has to be what the recipe's author saw.</summary>
    CheckSha256,

    /// <summary><c>configure SOURCE -> TARGET</c>: copies a text and fills in <c>@NAME@</c> and <c>@VERSION@</c>.</summary>
    Configure,

    /// <summary><c>archive SOURCE... -> TARGET</c>: makes one library file out of several files.</summary>
    Archive,

    /// <summary><c>install SOURCE -> TARGET</c>: copies a file as it is.</summary>
    Install,
}

/// <summary>One step: sources lie in the port's folder, the target in the tree.</summary>
sealed record Step(int Line, StepKind Kind, IReadOnlyList<string> Sources, string Argument);

/// <summary>Reads recipes.</summary>
static class Recipe
{
    static readonly string[] TargetFolders = ["bin", "include", "lib", "share"];

    /// <summary>The steps, or what is wrong with the recipe and where.</summary>
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
        problem = step is null ? $"'{words[0]}' is no step, or not with these words"
            : step.Sources.FirstOrDefault(source => !IsInside(source)) is { } outside ? $"'{outside}' is outside of the port's folder"
            : step.Kind >= StepKind.Configure && !IsTarget(step.Argument)
                ? $"'{step.Argument}' is not below one of {string.Join(", ", TargetFolders)}"
            : null;
        return problem is null ? step : null;
    }

    /// <summary>A relative path that does not climb: a recipe has no business outside of its two folders.</summary>
    static bool IsInside(string path) =>
        path.IndexOfAny(['\\', ':']) < 0 && path.Split('/').All(part => part is not ("" or "." or ".."));

    static bool IsTarget(string path) =>
        IsInside(path) && path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && TargetFolders.Contains(path[..slash]);
}
