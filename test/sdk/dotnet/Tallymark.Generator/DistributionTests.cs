// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Tests;

/// <summary>
/// A build can name its distributor, and another recipient with its own collector; the scope follows.
/// </summary>
public sealed class DistributionTests
{
    const string Endpoint = "https://usage.distribution.example/v1/batches";

    [Fact]
    public void Another_recipient_changes_scope_notice_and_folder()
    {
        var makers = new Project { Manifest = Some.Kmpkg }.Build();
        var theirs = new Project
        {
            Manifest = Some.Kmpkg,
            Distribution = ("Distribution", Endpoint, "the \"Distribution\"; #1"),
        }.Build();
        Assert.Empty(theirs.CompilerDiagnostics);
        Assert.NotEqual(Line(makers, "scopeId: "), Line(theirs, "scopeId: "));
        Assert.Contains("\nrecipient the \"Distribution\"; #1\nendpoint " + Endpoint + "\n", theirs.Text);
        Assert.Contains(
            "received by the \"Distribution\"; #1", theirs.Text!.Replace("\n", " ", StringComparison.Ordinal));
        Assert.Contains(
            "This build of kmpkg comes from Distribution.", theirs.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ManifestReader.Read(Some.Kmpkg).Manifest!.Endpoint, theirs.Text);

        // The same folder as for a policy's redirect to the same recipient (spec/policy.md).
        Assert.Matches("Folder = \"kmpkg@[0-9a-f]{16}\",", theirs.Text);
        Assert.DoesNotContain("Folder = ", makers.Text);
        Assert.DoesNotContain("Distributor = ", makers.Text);
    }

    [Fact]
    public void A_distributor_alone_does_not_change_the_scope()
    {
        var makers = new Project { Manifest = Some.Kmpkg }.Build();
        var theirs = new Project { Manifest = Some.Kmpkg, Distribution = ("Distribution", null, null) }.Build();
        Assert.Equal(Line(makers, "scopeId: "), Line(theirs, "scopeId: "));
        Assert.Equal("Distributor = \"Distribution\",", Line(theirs, "Distributor = "));
        Assert.DoesNotContain("Folder = ", theirs.Text);
    }

    [Theory]
    [InlineData("http://usage.example/v1/batches", "X", "TallymarkEndpoint: `http:` sends the data unencrypted.")]
    [InlineData("usage.example", "X", "TallymarkEndpoint: `usage.example` is not the URL of a collector.")]
    [InlineData("https://me@usage.example/v1/batches", "X", "TallymarkEndpoint: ")]
    [InlineData("https://usage.example/v1/batches#1", "X", "TallymarkEndpoint: ")]
    [InlineData("https://usage.example/v1/batches;x", "X", "TallymarkEndpoint: ")]
    [InlineData(Endpoint, null, "TallymarkEndpoint is set and TallymarkRecipient is not.")]
    [InlineData(null, "X", "TallymarkRecipient is set and TallymarkEndpoint is not.")]
    [InlineData(Endpoint, "X\nY", "TallymarkRecipient contains a character that can't be printed, U+000A.")]
    public void An_invalid_property_is_an_error(string? endpoint, string? recipient, string words)
    {
        var built = new Project
        {
            Manifest = Some.WithFields("well"),
            Distribution = (null, endpoint, recipient),
        }.Build();
        var diagnostic = Assert.Single(built.Diagnostics, f => f.Severity == DiagnosticSeverity.Error);
        Assert.Equal("TALLY1003", diagnostic.Id);
        Assert.StartsWith(words, diagnostic.GetMessage(null));
        Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, diagnostic.Descriptor.CustomTags);
        Assert.Null(built.Text);
    }

    [Fact]
    public void A_distributors_name_is_one_line_of_at_most_500_characters()
    {
        Assert.Empty(Mistakes(new string('x', 500)));
        Assert.Contains("501 characters", Assert.Single(Mistakes(new string('x', 501))));
        Assert.Contains("U+202E", Assert.Single(Mistakes("\u202e")));

        static string[] Mistakes(string name) =>
        [
            .. new Project { Manifest = Some.WithFields("well"), Distribution = (name, null, null) }.Build()
                .Diagnostics.Where(f => f.Id == "TALLY1003").Select(f => f.GetMessage(null)),
        ];
    }

    static string Line(Built built, string start) =>
        Assert.Single(
            built.Text!.Split('\n').Select(l => l.Trim()), l => l.StartsWith(start, StringComparison.Ordinal));
}
