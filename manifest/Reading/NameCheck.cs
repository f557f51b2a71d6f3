// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>Checks the names of fields, groups, lists, events and datasets.</summary>
static class NameCheck
{
    public static void Check(DiagnosticBag diagnostics, ScalarNode name, string owner, char separator = '_')
    {
        if (Grammar.IsName(name.Text, separator))
            return;
        var example = separator == '-' ? "port-builds" : "port_builds";
        diagnostics.Add(DiagnosticKind.BadName, name,
            $"`{name.Shown}` is not a valid name for {owner}. Use lower-case letters, digits and single "
            + $"`{separator}`, starting with a letter, at most {Grammar.MaxNameLength} characters, such as "
            + $"`{example}`.");
    }

    /// <summary>
    /// Reports names that differ only in their separators, which would become the same name in code and in files. Adds
    /// each reported name to <paramref name="reported"/> and skips those that are in it.
    /// </summary>
    public static void CheckSimilar(
        DiagnosticBag diagnostics, IEnumerable<ScalarNode> names, HashSet<ScalarNode> reported)
    {
        var seen = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var folded = name.Text.Replace("_", "").Replace("-", "");
            if (!seen.TryGetValue(folded, out var first))
                seen.Add(folded, name);
            else if (first.Text != name.Text && reported.Add(name))
            {
                diagnostics.Add(DiagnosticKind.SimilarNames, name,
                    $"`{name.Shown}` and `{first.Shown}` in line {first.Line} differ only in separators. "
                    + "Use a name that differs in its letters or digits.");
            }
        }
    }
}
