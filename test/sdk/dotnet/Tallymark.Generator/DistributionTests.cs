// SPDX-License-Identifier: MIT
// A build may name its distributor, and another recipient with a collector of its own; what users agree to follows.

using Microsoft.CodeAnalysis;

namespace Tallymark.Generator.Tests;

public sealed class DistributionTests
{
    const string Address = "https://usage.distribution.example/v1/batches";

    [Fact]
    public void Another_recipient_is_another_scope_another_notice_and_a_folder_of_its_own()
    {
        var makers = new Project { Manifest = Some.Kmpkg }.Build();
        var theirs = new Project { Manifest = Some.Kmpkg, Distribution = ("Distribution", Address, "the \"Distribution\"; #1") }.Build();
        Assert.Empty(theirs.Complaints);
        Assert.NotEqual(Line(makers, "ScopeId = "), Line(theirs, "ScopeId = "));
        Assert.Contains("\nrecipient the \"Distribution\"; #1\nendpoint " + Address + "\n", theirs.Text);
        Assert.Contains("received by the \"Distribution\"; #1", theirs.Text!.Replace("\n", " ", StringComparison.Ordinal));
        Assert.Contains("This build of kmpkg comes from Distribution.", theirs.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Manifests.ManifestReader.Read(Some.Kmpkg).Manifest!.Endpoint, theirs.Text);

        // The folder that a policy's redirect to the same recipient would give it (spec/policy.md).
        Assert.Matches("Folder = \"kmpkg@[0-9a-f]{16}\",", theirs.Text);
        Assert.DoesNotContain("Folder = ", makers.Text);
        Assert.DoesNotContain("Distributor = ", makers.Text);
    }

    [Fact]
    public void A_distributor_alone_changes_nothing_that_was_agreed_to()
    {
        var makers = new Project { Manifest = Some.Kmpkg }.Build();
        var theirs = new Project { Manifest = Some.Kmpkg, Distribution = ("Distribution", null, null) }.Build();
        Assert.Equal(Line(makers, "ScopeId = "), Line(theirs, "ScopeId = "));
        Assert.Equal("Distributor = \"Distribution\",", Line(theirs, "Distributor = "));
        Assert.DoesNotContain("Folder = ", theirs.Text);
    }

    [Theory]
    [InlineData("http://usage.example/v1/batches", "X", "TallymarkEndpoint: Over `http:` anybody")]
    [InlineData("usage.example", "X", "TallymarkEndpoint: `usage.example` is not the address of a collector.")]
    [InlineData("https://me@usage.example/v1/batches", "X", "TallymarkEndpoint: ")]
    [InlineData("https://usage.example/v1/batches#1", "X", "TallymarkEndpoint: ")]
    [InlineData("https://usage.example/v1/batches;x", "X", "TallymarkEndpoint: ")]
    [InlineData(Address, null, "TallymarkEndpoint is set and TallymarkRecipient is not.")]
    [InlineData(null, "X", "TallymarkRecipient is set and TallymarkEndpoint is not.")]
    [InlineData(Address, "X\nY", "TallymarkRecipient has a character that can't be shown, U+000A.")]
    public void What_is_wrong_stops_the_build(string? endpoint, string? recipient, string words)
    {
        var built = new Project { Manifest = Some.WithFields("well"), Distribution = (null, endpoint, recipient) }.Build();
        var finding = Assert.Single(built.Findings, f => f.Severity == DiagnosticSeverity.Error);
        Assert.Equal("TALLY1003", finding.Id);
        Assert.StartsWith(words, finding.GetMessage(null));
        Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, finding.Descriptor.CustomTags);
        Assert.Null(built.Text);
    }

    [Fact]
    public void A_distributors_name_is_one_line_of_at_most_500_characters()
    {
        Assert.Empty(Wrong(new string('x', 500)));
        Assert.Contains("501 characters", Assert.Single(Wrong(new string('x', 501))));
        Assert.Contains("U+202E", Assert.Single(Wrong("\u202e")));

        static string[] Wrong(string name) =>
        [
            .. new Project { Manifest = Some.WithFields("well"), Distribution = (name, null, null) }.Build()
                .Findings.Where(f => f.Id == "TALLY1003").Select(f => f.GetMessage(null)),
        ];
    }

    static string Line(Built built, string start) =>
        Assert.Single(built.Text!.Split('\n').Select(l => l.Trim()), l => l.StartsWith(start, StringComparison.Ordinal));
}
