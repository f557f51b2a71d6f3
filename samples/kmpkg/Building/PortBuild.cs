// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Kmpkg.Catalogue;
using Kmpkg.Installing;

namespace Kmpkg.Building;

/// <summary>
/// Builds a port: runs its recipe in a staging folder and moves the result into the tree. A failed build leaves
/// nothing.
/// </summary>
static class PortBuild
{
    /// <summary>Builds and installs the port. Null: it is installed; else why not.</summary>
    public static Problem? Run(Port port, InstalledTree tree)
    {
        if (port.Depends.FirstOrDefault(name => !tree.Has(name)) is { } missing)
            return new(ExitCode.MissingDependency, $"{port.Name}: dependency {missing} is not installed");

        try
        {
            var steps = Recipe.Read(Path.Combine(port.Folder, "recipe.txt"), out var error);
            if (error is not null) return new(ExitCode.BuildFailed, $"{port.Name}: {error}");

            var staged = tree.Stage(port.Name);
            foreach (var step in steps)
            {
                error = Run(step, port, staged);
                if (error is null) continue;
                return new(ExitCode.BuildFailed, $"{port.Name}: recipe.txt, line {step.Line}: {error}");
            }

            return tree.Place(port, staged);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(ExitCode.BuildFailed, $"{port.Name}: {e.Message}");
        }
        finally
        {
            tree.Unstage();
        }
    }

    static string? Run(Step step, Port port, string staged)
    {
        if (step.Sources.FirstOrDefault(name => !File.Exists(Path.Combine(port.Folder, name))) is { } absent)
            return $"file '{absent}' does not exist";

        var source = Path.Combine(port.Folder, step.Sources[0]);
        var target = Path.Combine(staged, step.Argument);
        if (step.Kind >= StepKind.Configure)
        {
            if (Path.Exists(target)) return $"'{step.Argument}' exists already";
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }

        switch (step.Kind)
        {
            case StepKind.CheckSha256: return CheckSha256(source, step);
            case StepKind.Configure: return Configure(source, target, port);
            case StepKind.Archive:
                Archive.Write(target, step.Sources.Select(name => Path.Combine(port.Folder, name)));
                break;
            case StepKind.Install: File.Copy(source, target); break;
        }

        return null;
    }

    static string? CheckSha256(string source, Step step)
    {
        using var stream = File.OpenRead(source);
        var found = Convert.ToHexStringLower(SHA256.HashData(stream));
        return found == step.Argument ? null
            : $"'{step.Sources[0]}' has changed: its SHA-256 is {found}, not {step.Argument}";
    }

    static string? Configure(string source, string target, Port port)
    {
        var text = File.ReadAllText(source)
            .Replace("@NAME@", port.Name, StringComparison.Ordinal)
            .Replace("@VERSION@", port.Version, StringComparison.Ordinal);
        if (text.Split('@') is [_, var word, _, ..]) return $"unknown placeholder '@{word}@'";
        File.WriteAllText(target, text);
        return null;
    }
}
