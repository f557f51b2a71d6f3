// SPDX-License-Identifier: MIT
// The .NET CLI document's claims about the tool itself, proved with dn.

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class DotnetCliClaims
{
    const string OptOut = "DOTNET_CLI_TELEMETRY_OPTOUT";

    [Fact]
    [Claim("DOTNET-01")]
    public async Task The_driver_alone_records_nothing_and_the_commands_that_it_runs_do()
    {
        using var home = new DnHome();
        home.Write("lib/lib.dnproj", "output: library\nframeworks: net10.0\n");
        home.Write("lib/Lib.cs", "public sealed class Lib;\n");

        // Before any command: no notice, and no file of telemetry.
        Assert.DoesNotContain("Telemetry", (await home.RunInTerminal()).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home.State));
        await home.SeeNotice();

        // Each command of the document records itself.
        foreach (var command in DotnetDocument.Texts("scope", "collected").Select(text => text.Split(' ')[1]))
        {
            var (exit, line) = await home.Record(command == "pack" ? ["pack", "lib"] : [command]);
            Assert.Equal((0, command), (exit, line.GetProperty("fields").GetProperty("command").GetString()));
        }

        // The driver alone, and with the application that these commands built, leaves no trace.
        var before = FilesOf(home);
        var driver = DotnetDocument.Texts("scope", "not_collected").Select(
            text => text.EndsWith("[path-to-app]", StringComparison.Ordinal) ? "bin/Debug/net10.0/app.dll" : null);
        var outputs = new List<string>();
        foreach (var application in driver)
        {
            var ended = await home.Run(application is null ? [] : [application]);
            Assert.True(ended.ExitCode == 0, ended.All);
            outputs.Add(ended.Output);
        }

        Assert.Contains("Usage:", outputs[0], StringComparison.Ordinal);
        Assert.Equal("ready\n", outputs[1]);
        Assert.Equal(before, FilesOf(home));
    }

    [Fact]
    [Claim("DOTNET-02")]
    public async Task On_by_default_and_off_with_each_value_of_the_documents_variable()
    {
        Assert.Equal(OptOut, Assert.Single(DotnetDocument.Texts("opt_out", "variables")));
        Assert.Equal("on", DotnetDocument.Root.GetProperty("default").GetString());
        using var home = new DnHome();
        await home.SeeNotice();
        await home.Record("restore");

        var before = FilesOf(home);
        foreach (var value in DotnetDocument.Texts("opt_out", "values"))
        {
            home.Environment[OptOut] = value;
            foreach (var command in (string[])["restore", "clean", "run --no-build"])
                await home.Run(command.Split(' '));
            Assert.Equal(before, FilesOf(home));
            Assert.Contains(OptOut, (await home.Telemetry("why")).Output, StringComparison.Ordinal);
        }

        // A value that says no does not opt out.
        home.Environment[OptOut] = "0";
        await home.Record("restore");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [Claim("DOTNET-02")]
    public async Task A_user_who_has_opted_out_sees_no_notice_and_gets_no_file(string value)
    {
        using var home = new DnHome();
        home.Environment[OptOut] = value;
        Assert.DoesNotContain("Telemetry", (await home.RunInTerminal("restore")).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home.State));
    }

    [Fact]
    [Claim("DOTNET-04")]
    public async Task Exit_code_test_runner_frameworks_runtime_ids_and_container_are_recorded()
    {
        using var home = new DnHome();
        await home.SeeNotice();
        home.Write("tests/tests.dnproj",
            "output: test\ntest-runner: nunit\nframeworks: net10.0, net9.0, net10.0-secret\nruntimes: win-secret\n");

        var (exit, line) = await home.Record("restore", "tests");
        var fields = line.GetProperty("fields");
        Assert.Equal((0, 0, "success"),
            (exit, fields.GetProperty("exit_code").GetInt32(), line.GetProperty("status").GetString()));
        Assert.Equal("nunit", fields.GetProperty("test_runner").GetString());
        Assert.Equal("""["net10.0","net9.0","other"]""", fields.GetProperty("target_frameworks").GetRawText());
        Assert.Equal("true", fields.GetProperty("runtime_ids_present").GetRawText());

        // Not a test project, and one without runtime ids.
        fields = (await home.Record("restore")).Line.GetProperty("fields");
        Assert.False(fields.TryGetProperty("test_runner", out _));
        Assert.Equal("false", fields.GetProperty("runtime_ids_present").GetRawText());

        (exit, line) = await home.Record("restore", "no-such-project");
        Assert.Equal((2, 2, "failure"), (exit, line.GetProperty("fields").GetProperty("exit_code").GetInt32(),
            line.GetProperty("status").GetString()));

        // In a container, and on this machine, which may be one itself.
        Assert.Equal(File.Exists("/.dockerenv"), EnvironmentOf(fields).Contains("container"));
        home.Environment["DOTNET_RUNNING_IN_CONTAINER"] = "true";
        Assert.Contains("container", EnvironmentOf((await home.Record("restore")).Line.GetProperty("fields")));
    }

    [Fact]
    [Claim("DOTNET-05")]
    public async Task Known_arguments_and_options_are_recorded_and_any_other_text_is_not()
    {
        using var home = new DnHome();
        await home.SeeNotice();
        Assert.Equal("""["--name","console"]""", await Arguments("new", "console", "--name", "geheimprojekt"));
        Assert.Equal("""["--output","other"]""", await Arguments("new", "geheimvorlage", "--output", "geheimordner"));
        Assert.Equal("""["--source"]""", await Arguments("restore", "geheimprojekt", "--source", "geheimordner"));
        Assert.Equal("""["--configuration","--no-build","Release"]""",
            await Arguments("pack", "-c", "Release", "--no-build"));
        Assert.Equal("""["--configuration","--no-build","--project","other"]""", await Arguments(
            "run", "--project", "geheimprojekt", "-c", "Geheim", "--no-build", "--", "geheimwort", "--geheimwahl"));
        Assert.Equal("""["--filter","--framework"]""",
            await Arguments("test", "geheimprojekt", "--filter", "geheimtest", "-f", "geheimnetz"));
        Assert.Equal(6, home.Lines("spool").Count);
        Assert.Empty(new LeakSearch("geheim").FindBelow(home.State));

        async Task<string> Arguments(params string[] arguments) =>
            (await home.Record(arguments)).Line.GetProperty("fields").GetProperty("arguments").GetRawText();
    }

    [Fact]
    [Claim("DOTNET-12", "DOTNET-16")]
    public async Task The_first_command_shows_a_notice_with_every_element_of_the_documents_notice()
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["heading Telemetry"] = "Telemetry\n---------\n",
            ["purpose: improvement"] = " collects anonymous usage data in order to improve your experience.",
            ["anonymous"] = " anonymous usage data ",
            ["that command-line arguments are not included"] =
                "does not include names, paths or command-line arguments, other than those on a public list.",
            ["who collects (Microsoft)"] = "The data is received by the .NET CLI team ",
            ["that it is shared with the community"] = "shared with the community",
            ["opt-out variable and value 1"] = OptOut + "=1",
            ["address to read more about telemetry"] =
                "Read more about .NET CLI telemetry at https://dotnet-cli.example/cli/blob/HEAD/docs/telemetry.md",
        };

        // The welcome, which says nothing about telemetry, is the help that the tool alone prints.
        string[] welcome = ["welcome heading", "address of the docs", "how to see the commands (--help)"];
        Assert.Equal(DotnetDocument.Texts("notice", "elements").Order(StringComparer.Ordinal),
            parts.Keys.Concat(welcome).Order(StringComparer.Ordinal));

        using var home = new DnHome();
        var command = DotnetDocument.Root.GetProperty("notice").GetProperty("example_command").GetString()!;
        var shown = await home.RunInTerminal(command.Split(' ')[1]);
        Assert.True(shown.ExitCode == 0, shown.Output);
        var notice = shown.Output.Replace("\r\n", "\n", StringComparison.Ordinal);
        var oneLine = notice.Replace('\n', ' ');
        Assert.All(parts.Values, part => Assert.True(
            notice.Contains(part, StringComparison.Ordinal) || oneLine.Contains(part, StringComparison.Ordinal), part));
        Assert.Contains("This run collects nothing.", notice, StringComparison.Ordinal);
        Assert.Empty(home.Lines("spool"));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(home.Tool)!, "docs/telemetry.md")));

        // Once is enough, and now commands record.
        var second = await home.RunInTerminal("restore");
        Assert.DoesNotContain("Telemetry", second.Output, StringComparison.Ordinal);
        Assert.Single(home.Lines("spool"));
    }

    [Fact]
    [Claim("DOTNET-17")]
    public async Task The_licence_beside_the_tool_has_a_section_on_data_that_says_where_to_read_more()
    {
        using var home = new DnHome();
        var notice = (await home.RunInTerminal("restore")).Output;
        var beside = Path.GetDirectoryName(home.Tool)!;
        var licence = await File.ReadAllTextAsync(
            Path.Combine(beside, "LICENSE.txt"), TestContext.Current.CancellationToken);
        var heading = $"\n2. {DotnetDocument.Root.GetProperty("license").GetProperty("has_section").GetString()}\n";
        var section = licence[licence.IndexOf(heading, StringComparison.Ordinal)..].Split("\n3. ")[0].Replace('\n', ' ');
        var says = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["may collect information about user and use"] =
                "may collect information about you and your use of the software",
            ["sent to the publisher"] = "send that to the .NET CLI team",
            ["used to improve products and services"] = "to improve its products and services",
            ["where to read more"] = "docs/telemetry.md",
            ["use is consent"] = "your use of the software operates as your consent",
        };
        Assert.Equal(DotnetDocument.Texts("license", "says"), says.Keys);
        Assert.All(says.Values, part => Assert.Contains(part, section, StringComparison.Ordinal));

        // The page that both the licence and the notice name is there.
        Assert.Contains("docs/telemetry.md", notice, StringComparison.Ordinal);
        Assert.Contains("## Data points\n", await File.ReadAllTextAsync(
            Path.Combine(beside, "docs/telemetry.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    [Claim("DOTNET-06")]
    public async Task The_hashes_of_the_network_card_and_of_the_working_folder_are_recorded()
    {
        using var home = new DnHome();
        await home.SeeNotice();
        var fields = (await home.Record("restore")).Line.GetProperty("fields");
        var secret = Convert.FromHexString((await File.ReadAllTextAsync(
            Path.Combine(home.State, "installation"), TestContext.Current.CancellationToken)).Trim());

        // Computed independently of the SDK, from spec/spool.md and spec/manifest.md.
        Assert.Equal(
            Sha256([.. "digestdotnet-cli\n"u8, .. secret, .. Encoding.UTF8.GetBytes(home.WorkingFolder)]),
            fields.GetProperty("working_directory").GetString());
        Assert.Equal(
            NetworkCard() is { } card ? Sha256(Encoding.UTF8.GetBytes("digest-tooldotnet-cli\n" + card)) : null,
            fields.TryGetProperty("machine", out var machine) ? machine.GetString() : null);
    }

    static IEnumerable<string> EnvironmentOf(JsonElement fields) =>
        fields.GetProperty("environment").EnumerateArray().Select(value => value.GetString()!);

    /// <summary>The address of this machine's network card as `machine` in spec/manifest.md defines it.</summary>
    static string? NetworkCard() => Directory.GetDirectories("/sys/class/net")
        .Where(card => Path.Exists(Path.Combine(card, "device")) && Read(card, "addr_assign_type") == "0")
        .Select(card => Read(card, "address"))
        .Where(address => address.Length == 17 && address is not ("00:00:00:00:00:00" or "ac:de:48:00:11:22")
            && (FirstByte(address) & 1) == 0)
        .OrderBy(address => FirstByte(address) & 2).ThenBy(address => address, StringComparer.Ordinal).FirstOrDefault();

    static string Read(string card, string file) => File.ReadAllText(Path.Combine(card, file)).Trim();

    static int FirstByte(string address) => Convert.FromHexString(address[..2])[0];

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Each file below the home folder, with its length and its last write time.</summary>
    static List<string> FilesOf(DnHome home) =>
        [.. new DirectoryInfo(home.Folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.FullName.StartsWith(home.WorkingFolder, StringComparison.Ordinal))
            .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];
}
