// SPDX-License-Identifier: MIT
// Tests of the harness: a claim test that bypasses the product's entry points fails. The explicit tests are its input.

using System.Reflection;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class HarnessTests
{
    // Only the tests below run these, each in a separate process.
    [Fact(Explicit = true)]
    [Claim("KMPKG-01")]
    public void A_claim_without_an_entry_point() => Assert.Equal(4, 2 + 2);

    [Fact(Explicit = true)]
    [Claim("KMPKG-01", "KMPKG-02")]
    public async Task A_claim_with_a_tool()
    {
        using var home = new Home();
        Assert.Equal(0, (await home.Run("--help")).ExitCode);
    }

    [Fact(Explicit = true)]
    [Claim("KMPKG-01")]
    public async Task A_claim_with_another_program() =>
        Assert.Equal(0, (await Product.Run(
            "true", [], new Dictionary<string, string>(StringComparer.Ordinal),
            TestContext.Current.CancellationToken)).ExitCode);

    [Fact(Explicit = true)]
    [Claim("KMPKG-01")]
    public async Task A_claim_with_a_request()
    {
        await using var collector = await RunningCollector.Start();
        Assert.Equal(200, (await collector.Get("/healthz")).Status);
    }

    [Theory]
    [InlineData(nameof(A_claim_without_an_entry_point), "failed")]
    [InlineData(nameof(A_claim_with_another_program), "failed")]
    [InlineData(nameof(A_claim_with_a_tool), "passed")]
    [InlineData(nameof(A_claim_with_a_request), "passed")]
    public async Task A_claim_test_fails_unless_it_used_an_entry_point(string test, string status)
    {
        var (ended, report) = await RunAlone(test);
        Assert.Equal(status, report.GetProperty("status").GetString());
        Assert.Equal(status == "passed" ? 0 : 1, ended.ExitCode);
        if (status == "failed")
            Assert.Contains("proved from outside the product", report.GetProperty("message")
                .GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_contains_the_ids_that_a_test_claims()
    {
        var (_, report) = await RunAlone(nameof(A_claim_with_a_tool));
        var claims = report.GetProperty("labels").GetProperty("claim");
        Assert.Equal(["KMPKG-01", "KMPKG-02"], claims.EnumerateArray().Select(c => c.GetString())
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_claim_counts_only_if_at_least_one_test_claims_it_and_all_such_tests_passed()
    {
        using var home = new Home();
        await RunAlone(nameof(A_claim_with_a_tool), Path.Combine(home.Folder, "1.ctrf.json"));
        Assert.Contains("\nclaims: proved=2 total=81\n", await Count(home), StringComparison.Ordinal);
        await RunAlone(nameof(A_claim_without_an_entry_point), Path.Combine(home.Folder, "2.ctrf.json"));
        var count = await Count(home);
        Assert.StartsWith("MLNET-01: no test.", count, StringComparison.Ordinal);
        Assert.Contains("\nKMPKG-01: failed: ", count, StringComparison.Ordinal);
        Assert.EndsWith("\nclaims: proved=1 total=81\n", count, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_claims_lists_81_ids_and_every_id_that_a_test_claims()
    {
        var listed = ClaimList.Read();
        Assert.Equal(81, listed.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(81, listed.Count);
        var used = typeof(HarnessTests).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .SelectMany(m => m.GetCustomAttributes<ClaimAttribute>()).SelectMany(c => c.Ids).ToList();
        Assert.Contains("KMPKG-01", used);
        Assert.Empty(used.Except(listed, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_of_claims_names_the_tests_that_passed_and_their_samples_and_a_stale_page_is_an_error()
    {
        using var home = new Home();
        var page = Path.Combine(home.Folder, "claims.md");
        const string Row = "| KMPKG-01 | It is so. |", Unproved = "| MLNET-01 | It was so. | – | – |\n";
        await File.WriteAllTextAsync(page, $"{Unproved}{Row} – | – |\n| KMPKG-02 | And so. |\n",
            TestContext.Current.CancellationToken);
        await RunAlone(nameof(A_claim_with_a_tool), Path.Combine(home.Folder, "1.ctrf.json"));
        var stale = await Claims(home, page, "--check");
        Assert.Equal(1, stale.ExitCode);
        Assert.Contains("claims.md is out of date", stale.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await Claims(home, page, "--write")).ExitCode);
        const string Proof = $" `{nameof(HarnessTests)}.{nameof(A_claim_with_a_tool)}` | kmpkg |\n";
        var written = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Equal($"{Unproved}{Row}{Proof}| KMPKG-02 | And so. |{Proof}", written);
        Assert.Equal(0, (await Claims(home, page, "--check")).ExitCode);

        // A test that fails proves nothing; the ids and texts stay.
        await RunAlone(nameof(A_claim_without_an_entry_point), Path.Combine(home.Folder, "2.ctrf.json"));
        Assert.Equal(1, (await Claims(home, page, "--check")).ExitCode);
        await Claims(home, page, "--write");
        Assert.StartsWith(
            $"{Unproved}{Row} – | – |\n",
            await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Runs the summary of `./test.sh --claims` on the reports in a folder.</summary>
    static async Task<string> Count(Home home) =>
        (await Claims(home, Path.Combine(Product.Root, "docs/claims.md"))).Output;

    static Task<ProcessResult> Claims(Home home, string page, params string[] mode) => Product.Run(
        "node", [Path.Combine(Product.Root, "eng/claims.mjs"), page, home.Folder, .. mode],
        home.Environment, TestContext.Current.CancellationToken);

    static async Task<(ProcessResult Result, JsonElement Test)> RunAlone(string test)
    {
        using var home = new Home();
        return await RunAlone(test, Path.Combine(home.Folder, "report.json"));
    }

    /// <summary>Runs one test of this class in a separate process; returns its exit and its report.</summary>
    static async Task<(ProcessResult Result, JsonElement Test)> RunAlone(string test, string file)
    {
        using var home = new Home();
        var ended = await Product.Run(
            Environment.ProcessPath!,
            ["-noLogo", "-explicit", "only", "-method", $"{typeof(HarnessTests).FullName}.{test}", "-ctrf", file],
            home.Environment, TestContext.Current.CancellationToken);
        Assert.True(File.Exists(file), ended.Output + ended.Errors);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        return (ended, Assert.Single(report.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray())
            .Clone());
    }
}
