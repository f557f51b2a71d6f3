// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark diff</c>: what a new version of a manifest changes.</summary>
static class DiffCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("OLD") { Description = "The manifest of an earlier version." };
        var @new = new Argument<string>("NEW") { Description = "The manifest of the new version." };
        var command = new Command(
            "diff",
            "Compare two versions of a manifest: what users agree to (lines of the scope, `-` and `+`), and what " +
            "changes in the published files of an open period. Exit codes: 0 a collector that has OLD accepts NEW; 1 " +
            "it refuses NEW, or a manifest has errors; 2 a file could not be read.")
        {
            old, @new,
        };
        command.SetAction(result => Run(result.GetRequiredValue(old), result.GetRequiredValue(@new)));
        return command;
    }

    static int Run(string oldPath, string newPath)
    {
        if (ManifestFile.Read(oldPath, "diff") is not { } old || ManifestFile.Read(newPath, "diff") is not { } @new)
            return ManifestFile.Unreadable;
        if (old.Manifest is not { } before)
            return ManifestFile.PrintErrors(old, oldPath);
        if (@new.Manifest is not { } after)
            return ManifestFile.PrintErrors(@new, newPath);
        string[] earlier = Scope.TextOf(before).Split('\n'), later = Scope.TextOf(after).Split('\n');
        foreach (var line in earlier.Except(later, StringComparer.Ordinal))
            Console.Out.WriteLine("- " + line);
        foreach (var line in later.Except(earlier, StringComparer.Ordinal))
            Console.Out.WriteLine("+ " + line);
        foreach (var effect in VersionRules.Effects(before, after))
            Console.Out.WriteLine(effect);
        if (Refusal(before, after) is not { } refusal)
            return 0;
        Console.Error.WriteLine($"{newPath}: {refusal}");
        return 1;
    }

    static string? Refusal(ToolManifest before, ToolManifest after)
    {
        if (!string.Equals(before.Tool, after.Tool, StringComparison.Ordinal))
            return $"it is the manifest of {after.Tool}, not of {before.Tool}. Compare versions of one tool.";
        return after.Version <= before.Version
            ? $"`version` is {after.Version}, but must be greater than {before.Version}. Increment it."
            : VersionRules.Conflict(before, after);
    }
}
