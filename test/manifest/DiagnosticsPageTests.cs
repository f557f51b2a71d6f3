// SPDX-License-Identifier: MIT
// The page that explains findings has a section for every id that the code has, and for no other.

using System.Text.RegularExpressions;

namespace Tallymark.Manifests.Tests;

public sealed partial class DiagnosticsPageTests
{
    static readonly string[] Sections = Repository.Read("docs", "diagnostics.md").Split("\n### ")[1..];

    [Fact]
    public void No_id_has_two_meanings() =>
        Assert.Equal(Rule.All.Count, Rule.All.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Every_id_of_the_reader_has_one_section_in_order() =>
        Assert.Equal(Rule.All.Select(r => r.Id), Sections.Select(s => s[..9])
            .Where(id => string.CompareOrdinal(id, "TALLY1000") < 0));

    [Fact]
    public void Every_section_says_what_it_means_and_shows_wrong_and_right()
    {
        foreach (var section in Sections)
        {
            var parts = Form().Match(section);
            Assert.True(parts.Success, section);
            Assert.NotEqual(parts.Groups["wrong"].Value, parts.Groups["right"].Value);
        }
    }

    [Fact]
    public void Warnings_are_under_their_own_heading()
    {
        var page = Repository.Read("docs", "diagnostics.md");
        var start = page.IndexOf("## Warnings", StringComparison.Ordinal);
        var warnings = page[start..page.IndexOf("## The generator", StringComparison.Ordinal)];
        Assert.Equal(
            Rule.All.Where(r => r.Severity == DiagnosticSeverity.Warning).Select(r => r.Id),
            Id().Matches(warnings).Select(m => m.Value));
    }

    [GeneratedRegex(@"^TALLY\d{4}: .+\n\n.{30,}\n\n```yaml\n# wrong\n(?<wrong>(.+\n)+)# right\n(?<right>(.+\n)+)```\n",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Form();

    [GeneratedRegex(@"(?<=### )TALLY\d{4}", RegexOptions.None, 5000)]
    private static partial Regex Id();
}
