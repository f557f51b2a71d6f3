// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Tallymark.Manifests.Tests;

/// <summary>docs/diagnostics.md has a section for every id of the code, and for no other id.</summary>
public sealed partial class DiagnosticsPageTests
{
    static readonly string[] Sections = Repository.Read("docs", "diagnostics.md").Split("\n### ")[1..];

    [Fact]
    public void No_two_kinds_share_an_id()
    {
        var ids = DiagnosticKind.All.Select(k => k.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_id_of_the_reader_has_one_section_in_order() =>
        Assert.Equal(DiagnosticKind.All.Select(k => k.Id), Sections.Select(s => s[..9])
            .Where(id => string.CompareOrdinal(id, "TALLY1000") < 0));

    [Fact]
    public void Every_section_explains_the_diagnostic_and_shows_a_wrong_and_a_right_example()
    {
        foreach (var section in Sections)
        {
            var parts = Form().Match(section);
            Assert.True(parts.Success, section);
            Assert.NotEqual(parts.Groups["wrong"].Value, parts.Groups["right"].Value);
        }
    }

    [Fact]
    public void Warnings_have_their_own_heading()
    {
        var page = Repository.Read("docs", "diagnostics.md");
        var start = page.IndexOf("## Warnings", StringComparison.Ordinal);
        var warnings = page[start..page.IndexOf("## Advice", StringComparison.Ordinal)];
        Assert.Equal(
            DiagnosticKind.All.Where(k => k.Severity == ManifestSeverity.Warning).Select(k => k.Id),
            Id().Matches(warnings).Select(m => m.Value));
    }

    [GeneratedRegex(@"^TALLY\d{4}: .+\n\n.{30,120}\n(.+\n)*\n```yaml\n# wrong\n(?<wrong>(.+\n)+)# "
        + "right\n(?<right>(.+\n)+)```\n",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Form();

    [GeneratedRegex(@"(?<=### )TALLY\d{4}", RegexOptions.None, 5000)]
    private static partial Regex Id();
}
