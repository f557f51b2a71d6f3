// SPDX-License-Identifier: MIT
// The foundation review's claims about users and organisations: notice, choice, blocking.

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class ConsentClaims
{
    const string Contact = "privacy@kmpkg.example";

    static readonly ToolManifest Manifest = ManifestReader.Read(File.ReadAllText(Product.ManifestFile)).Manifest!;

    [Fact]
    [Claim("LF-03")]
    public async Task The_tool_shows_every_field_with_its_reason_and_an_example_and_where_to_report_a_leak()
    {
        using var home = new Home();
        await home.SetUp();
        var shown = await home.Telemetry("show");
        Assert.True(shown.ExitCode == 0, shown.Errors);
        Assert.Contains("Report a suspected leak to " + Contact, shown.Output, StringComparison.Ordinal);
        var told = await home.Telemetry("show", "--json");
        using var json = JsonDocument.Parse(told.Output);
        Assert.Equal(Manifest.Contact, json.RootElement.GetProperty("contact").GetString());
        Assert.Equal(Manifest.Recipient, json.RootElement.GetProperty("recipient").GetString());

        var events = json.RootElement.GetProperty("events")
            .EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, StringComparer.Ordinal);
        Assert.Equal(Manifest.Events.Select(e => e.Name), events.Keys);
        foreach (var declared in Manifest.Events)
        {
            Assert.Contains($"\n{declared.Name}: {declared.Why}\n", shown.Output, StringComparison.Ordinal);
            var fields = events[declared.Name].GetProperty("fields").EnumerateArray().ToList();
            Assert.Equal(Manifest.FieldsOf(declared)
                .Select(f => f.Name), fields.Select(f => f.GetProperty("name").GetString()));
            foreach (var (field, said) in Manifest.FieldsOf(declared).Zip(fields))
            {
                Assert.Equal((field.Why, field.Example),
                    (said.GetProperty("why").GetString(), said.GetProperty("example").GetString()));
                Assert.Contains($": {field.Why}\n    for example {field.Example}\n", shown.Output,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    [Claim("LF-03")]
    public async Task Users_are_told_when_they_set_it_up_and_the_notice_with_its_address_is_in_the_form()
    {
        using var home = new Home();
        var setUp = await home.Bootstrap();
        Assert.Contains("collects anonymous usage data", setUp.Errors, StringComparison.Ordinal);
        var notice = setUp.Errors[setUp.Errors.IndexOf("Telemetry\n---------\n", StringComparison.Ordinal)..].TrimEnd();
        var form = await Form(Product.ManifestFile);
        foreach (var line in notice.Split('\n').Where(line => line.Length > 0))
            Assert.Contains($"\n> {line}\n", form, StringComparison.Ordinal);
        Assert.Contains(
            $"Link in the notice: <{Manifest.Repository}/blob/HEAD/{Manifest.Notice.More}>\n", form,
            StringComparison.Ordinal);

        // The form and the page that the notice links to list every field.
        var page = await File.ReadAllTextAsync(Page(), TestContext.Current.CancellationToken);
        foreach (var field in Manifest.Events.SelectMany(Manifest.FieldsOf).Select(f => f.Name)
            .Distinct(StringComparer.Ordinal))
        {
            Assert.Contains($"\n| `{field}` |", form, StringComparison.Ordinal);
            Assert.Contains($"`{field}`", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Claim("LF-03")]
    public async Task Every_page_about_telemetry_says_where_to_report_a_suspected_leak()
    {
        using var home = new Home();
        var pages = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["the notice of the set-up"] = (await home.Bootstrap()).Errors,
            ["the notice again"] = (await home.Telemetry("notice")).Errors,
            ["telemetry show"] = (await home.Telemetry("show")).Output,
            ["the notice's page"] = await File.ReadAllTextAsync(Page(), TestContext.Current.CancellationToken),
            ["the dictionary"] = await Tallymark("dictionary", Product.ManifestFile),
            ["the dictionary in JSON"] = await Tallymark("dictionary", Product.ManifestFile, "--json"),
            ["the form"] = await Form(Product.ManifestFile),
        };
        Assert.All(pages,
            page => Assert.True(page.Value.Contains(Contact, StringComparison.Ordinal), $"{page.Key}:\n{page.Value}"));
        foreach (var (_, text) in pages.Where(page => !page.Key.EndsWith("JSON", StringComparison.Ordinal)))
            Assert.Matches(@"(?i)suspect", text);
    }

    [Fact]
    [Claim("LF-04")]
    public async Task The_form_says_whether_it_is_opt_in_or_opt_out_and_that_single_elements_can_be_chosen()
    {
        const string Question = "### 2.3 Only after voluntary opt-in?\n\n";
        const string OptOut = Question + "No: it is collected unless the user opts out.";
        const string OptIn = Question + "Yes: nothing is collected unless the user opts in.";
        var form = await Form(Product.ManifestFile);
        Assert.Contains(OptOut, form, StringComparison.Ordinal);
        Assert.DoesNotContain(OptIn, form, StringComparison.Ordinal);
        Assert.Contains(
            "### 2.4 Can single elements be chosen?\n\nYes: with `kmpkg telemetry withhold FIELD` and `share FIELD`", form,
            StringComparison.Ordinal);

        // The tool does the same: it records although the user turned nothing on.
        using var home = new Home();
        await home.SetUp();
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));

        var manifest = await File.ReadAllTextAsync(Product.ManifestFile, TestContext.Current.CancellationToken);
        var other = Path.Combine(home.Folder, "telemetry.yaml");
        await File.WriteAllTextAsync(
            other, manifest.Replace("  default: on\n", "  default: off\n", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.Contains(OptIn, await Form(other), StringComparison.Ordinal);
    }

    [Fact]
    [Claim("LF-04")]
    public async Task A_user_shares_some_elements_but_not_others_and_changes_that_choice()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Telemetry("withhold", "os_version")).ExitCode);
        Assert.Equal(0, (await home.Telemetry("withhold", "country")).ExitCode);
        await home.Kmpkg("list");
        Assert.Equal(0, (await home.Telemetry("share", "os_version")).ExitCode);
        await home.Kmpkg("search", "zlib");
        Assert.Equal(2, (await home.Telemetry("withhold", "no_such_field")).ExitCode);

        var upload = await home.Telemetry("upload");
        Assert.True(upload.ExitCode == 0, upload.Errors);
        Assert.Equal(0, await collector.Stop());
        var rows = (await collector.Events()).ToDictionary(row => row["event"].GetString()!, StringComparer.Ordinal);
        Assert.Equal(JsonValueKind.Null, rows["list"]["os_version"].ValueKind);
        Assert.Equal("[\"country\",\"os_version\"]", rows["list"]["withheld"].GetRawText());
        Assert.Equal("linux", rows["list"]["os"].GetString());
        Assert.Equal(JsonValueKind.String, rows["search"]["os_version"].ValueKind);
        Assert.Equal("[\"country\"]", rows["search"]["withheld"].GetRawText());
    }

    [Theory]
    [InlineData("tallymark-policy 1\nkmpkg off\n")]
    [InlineData("tallymark-policy 1\n# for every tool\n* off\n")]
    [Claim("LF-09")]
    public async Task An_organisation_blocks_collection_although_a_user_has_agreed(string policy)
    {
        await MachinePolicy.SkipUnlessAble();
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        Assert.Equal(0, (await home.Telemetry("on")).ExitCode);
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));

        // Waiting events are deleted, no new ones are recorded, and the user's choice does not change that.
        foreach (var command in (string[][])[["list"], ["search", "zlib"]])
            Assert.Equal(0, (await MachinePolicy.Run(home, policy, [home.Tool, .. home.Arguments(command)])).ExitCode);
        await MachinePolicy.Run(home, policy, home.Tool, "telemetry", "on");
        Assert.Equal(0, (await MachinePolicy.Run(home, policy, [home.Tool, .. home.Arguments("list")])).ExitCode);
        Assert.Empty(home.Lines("spool"));
        await MachinePolicy.Run(home, policy, home.Tool, "telemetry", "upload");
        Assert.Contains("tallymark_batches_total{end=\"accepted\"} 0\n", await Metrics(collector),
            StringComparison.Ordinal);

        var why = await MachinePolicy.Run(home, policy, home.Tool, "telemetry", "why");
        Assert.Contains(" is off (", why.Output, StringComparison.Ordinal);
        Assert.Contains("/etc/tallymark/policy", why.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await MachinePolicy.Run(home, policy, home.Tool, "telemetry", "verify")).ExitCode);

        // On a machine without the policy, the same user's choice applies.
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));
    }

    [Fact]
    [Claim("LF-09")]
    public async Task An_unreadable_policy_blocks_collection()
    {
        await MachinePolicy.SkipUnlessAble();
        using var home = new Home();
        await home.SetUp();
        Assert.Equal(0, (await MachinePolicy.Run(
            home, "kmpkg: no\n", [home.Tool, .. home.Arguments("list")])).ExitCode);
        Assert.Empty(home.Lines("spool"));
    }

    static async Task<string> Metrics(RunningCollector collector) => (await collector.Get("/metrics")).Text;

    static string Page() => Path.Combine(Path.GetDirectoryName(Product.ManifestFile)!, Manifest.Notice.More);

    static Task<string> Form(string manifest) => Tallymark("review", manifest);

    static async Task<string> Tallymark(params string[] arguments)
    {
        var ended = await Product.Run(
            Product.Tallymark, arguments, new Dictionary<string, string>(StringComparer.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return ended.Output;
    }
}
