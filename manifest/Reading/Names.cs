// SPDX-License-Identifier: MIT
// Names of fields, groups, lists, events and datasets, and names that would become one in code.

namespace Tallymark.Manifests.Reading;

static class Names
{
    public static void Check(Findings findings, ScalarNode name, string what, char separator = '_')
    {
        if (Words.IsName(name.Text, separator))
            return;
        var example = separator == '-' ? "port-builds" : "port_builds";
        findings.Add(Rule.BadName, name,
            $"`{name.Shown}` can't be the name of {what}. "
            + $"Write small letters, digits and single `{separator}`, a letter first, at most {Words.MaxName}, such "
            + $"as `{example}`.");
    }

    /// <summary>
    /// Reports names that differ only in their separators: in code and in files they would be the same. Each once.
    /// </summary>
    public static void CheckAlike(Findings findings, IEnumerable<ScalarNode> names, HashSet<ScalarNode> reported)
    {
        var seen = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var folded = name.Text.Replace("_", "").Replace("-", "");
            if (!seen.TryGetValue(folded, out var first))
                seen.Add(folded, name);
            else if (first.Text != name.Text && reported.Add(name))
            {
                findings.Add(Rule.AlikeNames, name,
                    $"`{name.Shown}` and `{first.Shown}` in line {first.Line} differ only in separators. "
                    + "Write a name that reads differently.");
            }
        }
    }
}
