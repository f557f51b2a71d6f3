// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Tallymark.Cli.Tests;

/// <summary>A bad value of any option of any command is one line on standard error, never a stack trace.</summary>
public sealed partial class OptionTests
{
    static readonly string[] Numbers = ["", "-4", "abc", "99999999999999999999", "NaN", "1e999"];
    static readonly string[] Paths = ["", "/dev/null/x"];
    static readonly string[] Texts = ["", "Not A Name"];

    // For each command: the arguments that it needs, and the bad values of each option.
    static readonly Dictionary<string, (string[] Needs, Dictionary<string, string[]> Options)> Table = new(
        StringComparer.Ordinal)
    {
        ["check"] = ([Repository.KmpkgManifest], new() { ["--against"] = Paths }),
        ["diff"] = (["/dev/null/x", Repository.KmpkgManifest], []),
        ["schema"] = (["superfluous"], []),
        ["dictionary"] = (["/dev/null/x"], []),
        ["review"] = (["/dev/null/x"], []),
        ["typescript"] = ([Repository.PathOf("samples/mlflow/telemetry.yaml")], new() { ["--out"] = Paths }),
        ["serve"] = (["--data", "DATA", "--manifests", "MANIFESTS", "--listen", "127.0.0.1:0"], new()
        {
            ["--data"] = Paths,
            ["--manifests"] = Paths,
            ["--listen"] = ["", "8080", "nowhere:1", "localhost:x", "localhost:70000", "unix:relative", "unix:"],
            ["--operations"] = ["", "8081", "nowhere:1", "127.0.0.1:70000"],
            ["--public"] = Paths,
            ["--trusted-proxy"] = ["", "somewhere", "10.0.0.0/99"],
            ["--own-network"] = ["", "somewhere", "10.0.0.0/99"],
            ["--countries"] = Paths,
            ["--certificate"] = ["", "/dev/null/x"],
            ["--key"] = ["", "/dev/null/x"],
            ["--rate"] = Numbers,
            ["--rate-burst"] = [.. Numbers, "0"],
            ["--new-installations"] = Numbers,
            ["--deletions"] = Numbers,
            ["--disk-reserve"] = Numbers,
            ["--memory"] = [.. Numbers, "127"],
            ["--log-format"] = ["", "xml"],
            ["--config"] = Paths,
        }),
        ["token add"] = (["--data", "DATA"], new() { ["--data"] = Paths, ["--name"] = Texts, ["--role"] = Texts }),
        ["token list"] = ([], new() { ["--data"] = Paths }),
        ["token revoke"] = (["ada"], new() { ["--data"] = Paths }),
        ["status"] = ([], new() { ["--data"] = Paths }),
        ["reload"] = ([], new() { ["--data"] = Paths }),
        ["audit"] = ([], new() { ["--data"] = Paths }),
        ["query"] = (["--tool", "t", "--data", "DATA", "select 1"], new() { ["--data"] = Paths, ["--tool"] = Texts }),
        ["backup"] = (["--data", "DATA", "--to", "TO"], new()
        {
            ["--data"] = Paths,
            ["--to"] = Paths,
            ["--keep"] = Numbers,
        }),
        ["verify"] = (["nothing"], []),
        ["repair"] = (["--data", "DATA"], new() { ["--data"] = Paths, ["--set-aside"] = Paths }),
        ["publish"] = (["--tool", "t", "--period", "2026-q1", "--to", "TO", "--data", "DATA"], new()
        {
            ["--data"] = Paths,
            ["--to"] = Paths,
            ["--tool"] = Texts,
            ["--period"] = ["", "2026", "2026-q5", "99999999-q1"],
            ["--dataset"] = Texts,
        }),
    };

    public static TheoryData<string> Commands() => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_bad_value_is_one_line(string verb)
    {
        using var command = new Command();
        command.CreateFolder("MANIFESTS");
        var (needs, options) = Table[verb];
        foreach (var (option, values) in options)
        {
            foreach (var value in values)
            {
                var others = Without(needs, option).Select(word => word is "DATA" or "MANIFESTS" or "TO"
                    ? command[word] : word);
                var ended = await command.Run([.. verb.Split(' '), .. others, $"{option}={value}"]);
                AssertOneLine(ended, $"{verb} {option}={value}");
            }
        }

        if (options.Count == 0)
            AssertOneLine(await command.Run([.. verb.Split(' '), .. needs]), verb);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_table_has_every_option_with_a_value(string verb)
    {
        using var command = new Command();
        var help = (await command.Run([.. verb.Split(' '), "--help"])).With(0).Output;

        var options = OptionWithValue().Matches(help).Select(match => match.Groups["name"].Value).Distinct();
        Assert.Equal(
            Table[verb].Options.Keys.Order(StringComparer.Ordinal), options.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task So_is_an_option_that_is_given_twice_or_without_a_value(string verb)
    {
        using var command = new Command();
        var (needs, options) = Table[verb];
        foreach (var option in options.Keys.Except(["--trusted-proxy", "--own-network"])) // these may be repeated
        {
            string[] words = [.. verb.Split(' '), .. Without(needs, option)];
            AssertOneLine(await command.Run([.. words, $"{option}=1", $"{option}=2"]), $"{verb} {option} twice");
            AssertOneLine(await command.Run([.. words, option]), $"{verb} {option} without a value");
        }
    }

    [Fact]
    public async Task The_table_has_every_command()
    {
        using var command = new Command();
        var help = (await command.Run("--help")).With(0).Output;

        var verbs = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Select(line => FirstWord().Match(line).Groups["name"].Value).Where(word => word.Length > 0);
        Assert.Equal(
            Table.Keys.Select(verb => verb.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal),
            verbs.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("serve", "--data", "d", "--manifests", "m", "--listen", "127.0.0.1:0", "--rate", "-4")]
    [InlineData("nonsense")]
    [InlineData("status", "--nonsense")]
    [InlineData("status", "superfluous")]
    public async Task So_is_a_command_line_that_is_not_complete_or_has_too_much(params string[] words)
    {
        using var command = new Command();
        var ended = await command.Run(words);
        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.All(
            ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("tallymark", line, StringComparison.Ordinal));
    }

    static void AssertOneLine(ProcessResult ended, string arguments)
    {
        Assert.True(ended.ExitCode is 1 or 2, $"{arguments}: exit code {ended.ExitCode}\n{ended.All}");
        Assert.True(ended.Output.Length == 0, $"{arguments}: {ended.Output}");
        // The log of a collector that got as far as its manifests is not the message.
        var line = Assert.Single(
            ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !LogLine().IsMatch(line));
        Assert.StartsWith("tallymark ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", line, StringComparison.Ordinal);
    }

    static IEnumerable<string> Without(string[] needs, string option)
    {
        for (var i = 0; i < needs.Length; i++)
        {
            if (needs[i] == option)
                i++;
            else
                yield return needs[i];
        }
    }

    [GeneratedRegex(@"^ +(?<name>--[a-z-]+) <", RegexOptions.Multiline, 1000)]
    private static partial Regex OptionWithValue();

    [GeneratedRegex(@"^20\d\d-\d\d-\d\dT\S+Z \d+ ", RegexOptions.None, 1000)]
    private static partial Regex LogLine();

    [GeneratedRegex(@"^  (?<name>[a-z]+)", RegexOptions.None, 1000)]
    private static partial Regex FirstWord();
}
