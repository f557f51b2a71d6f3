// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// Compares a manifest with the one of the last release: a changed manifest needs a new version. A collector keeps the
/// first text of a version, so it would accept the batches of the new release and drop what the old text does not
/// declare. It refuses a version that gives a field another type (<see cref="VersionRules.Conflict"/>). Stateless,
/// thread-safe.
/// </summary>
public static class VersionCheck
{
    /// <summary>The manifest differs from a released one and has no later version.</summary>
    public const string NotRaised = "TALLY2001";

    /// <summary>The two manifests are of different tools.</summary>
    public const string OtherTool = "TALLY2002";

    /// <summary>A collector that has the released version refuses this one.</summary>
    public const string Conflict = "TALLY2003";

    const int MaxNamed = 3;

    /// <summary>The findings, at the new manifest's keys; empty if there are none.</summary>
    /// <param name="released">The text of the last release, which must be valid.</param>
    /// <param name="text">The new text.</param>
    /// <param name="manifest">The new manifest.</param>
    /// <exception cref="ArgumentException">The released text is not a valid manifest.</exception>
    public static IEnumerable<ManifestDiagnostic> Check(string released, string text, ToolManifest manifest)
    {
        var before = ManifestReader.Read(released).Manifest
            ?? throw new ArgumentException("The released text is not a valid manifest.", nameof(released));
        if (before.Tool != manifest.Tool)
        {
            yield return Finding(text, "tool", OtherTool,
                $"This is the manifest of `{manifest.Tool}`, the other one that of `{before.Tool}`. Compare two "
                + "versions of one tool's manifest.");
            yield break;
        }

        if (Normalized(released) != Normalized(text) && manifest.Version <= before.Version)
        {
            yield return Finding(text, "version", NotRaised,
                $"The manifest differs from the released version {before.Version}{Changes(before, manifest)}. Write "
                + $"`version: {(long)before.Version + 1}`: a collector keeps the first text of a version, and drops "
                + "what it does not declare.");
        }

        if (VersionRules.ChangedField(before, manifest) is { } field)
        {
            yield return Finding(text, field.Name, Conflict,
                "A collector that has the released version refuses this one: "
                + VersionRules.Conflict(before, manifest));
        }
    }

    static string Changes(ToolManifest before, ToolManifest after)
    {
        var old = Scope.TextOf(before).Split('\n');
        var current = Scope.TextOf(after).Split('\n');
        string[] names =
        [
            .. current.Except(old, StringComparer.Ordinal).Select(NameOf)
                .Concat(old.Except(current, StringComparer.Ordinal).Select(NameOf)).Distinct(StringComparer.Ordinal),
        ];
        if (names.Length == 0)
            return "";
        var more = names.Length > MaxNamed ? $" and {names.Length - MaxNamed} more" : "";
        return ": " + string.Join(", ", names.Take(MaxNamed)) + more;
    }

    // Of a line of the scope: the event or field, or the first word.
    static string NameOf(string line)
    {
        var words = line.Split(' ');
        return words.Length > 1 && words[0] == ScopeFormat.Event ? $"event `{words[1]}`"
            : words.Length > 2 && words[0] == ScopeFormat.Field ? $"field `{words[2]}` of `{words[1]}`"
            : $"`{words[0]}`";
    }

    static ManifestDiagnostic Finding(string text, string key, string id, string message)
    {
        var lines = Normalized(text).Split('\n');
        // A key of the top level, or a field's name below it.
        var line = Array.FindIndex(lines, l => l.TrimStart().StartsWith(key + ":", StringComparison.Ordinal));
        return new ManifestDiagnostic(id, ManifestSeverity.Error, Math.Max(line, 0) + 1, 1, message);
    }

    static string Normalized(string text) => text.TrimStart('\ufeff').Replace("\r\n", "\n");
}
