// SPDX-License-Identifier: MIT
// The operator's commands (tokens, status, audit), with and without a running collector.

using System.Text.Json;

namespace Tallymark.Cli.Tests;

public sealed class OperatorTests
{
    [Fact]
    public async Task Tokens_are_created_listed_and_revoked_and_each_step_is_in_the_audit_log()
    {
        using var command = new Command();
        string[] data = ["--data", command["data"]];

        var plain = await command.Run(["token", .. data]);
        var ada = await command.Run(["token", "add", "--name", "ada", "--role", "reader", .. data]);
        var twice = await command.Run(["token", "add", "--name", "ada", .. data]);
        var list = await command.Run(["token", "list", "--json", .. data]);
        var revoked = await command.Run(["token", "revoke", "token-1", .. data]);
        var missing = await command.Run(["token", "revoke", "token-1", .. data]);

        Assert.StartsWith("tallymark_", plain.Output, StringComparison.Ordinal);
        Assert.StartsWith("tallymark_", ada.Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), (twice.ExitCode, twice.Output));
        Assert.Contains("A token named ada already exists", twice.Errors, StringComparison.Ordinal);
        var tokens = JsonDocument.Parse(list.Output).RootElement.GetProperty("tokens").EnumerateArray();
        Assert.Equal(["token-1 maintainer", "ada reader"], tokens
            .Select(token => $"{token.GetProperty("name").GetString()} {token.GetProperty("role").GetString()}"));
        Assert.Equal(0, revoked.ExitCode);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("Tokens: ada.", missing.Errors, StringComparison.Ordinal);
        var listed = await command.Run(["token", "list", .. data]);
        Assert.DoesNotContain("token-1", listed.Output, StringComparison.Ordinal);

        var audit = await command.Run(["audit", "--json", .. data]);
        Assert.Equal(
            ["token.add token-1 maintainer", "token.add ada reader", "token.revoke token-1"],
            audit.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(line => $"{line.GetProperty("what").GetString()} {line.GetProperty("query").GetString()}"));
        Assert.Contains("token.revoke", (await command.Run(["audit", .. data])).Output, StringComparison.Ordinal);
        var stored = await File.ReadAllTextAsync(command["data/tokens.json"], TestContext.Current.CancellationToken);
        foreach (var token in new[] { plain.Output.Trim(), ada.Output.Trim() })
            Assert.DoesNotContain(token, audit.Output + stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--name", "local")]
    [InlineData("--name", "Ada Lovelace")]
    [InlineData("--role", "king")]
    public async Task An_invalid_name_or_role_is_refused(string option, string value)
    {
        using var command = new Command();
        var ended = await command.Run("token", "add", "--data", command["data"], option, value);
        Assert.Equal((2, false), (ended.ExitCode, File.Exists(command["data/tokens.json"])));
        Assert.Contains(value, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_is_the_same_for_a_running_collector_and_for_its_files_afterwards()
    {
        using var command = new Command();
        JsonElement running;
        await using (var collector = await command.Serve())
        {
            var ended = await command.Run("status", "--data", command["data"], "--json");
            Assert.Equal(0, ended.ExitCode);
            running = JsonDocument.Parse(ended.Output).RootElement;
            Assert.True(running.TryGetProperty("started", out _));
            var text = (await command.Run("status", "--data", command["data"])).Output;
            Assert.Contains("running since", text, StringComparison.Ordinal);
            Assert.Contains("kmpkg", text, StringComparison.Ordinal);
            Assert.Equal(0, (await collector.Stop()).ExitCode);
        }

        var files = await command.Run("status", "--data", command["data"], "--json");
        var stopped = JsonDocument.Parse(files.Output).RootElement;
        Assert.False(stopped.TryGetProperty("started", out _));
        var (before, after) = (running.GetProperty("tools")[0], stopped.GetProperty("tools")[0]);
        foreach (var member in new[] { "tool", "title", "versions", "received", "stored" })
            Assert.Equal(before.GetProperty(member).GetRawText(), after.GetProperty(member).GetRawText());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("audit")]
    [InlineData("token", "list")]
    public async Task A_command_that_only_reads_does_not_create_the_folder(params string[] words)
    {
        using var command = new Command();
        var ended = await command.Run([.. words, "--data", command["nothing"]]);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("does not exist", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(command["nothing"]));
    }

    [Fact]
    public async Task Reload_without_a_running_collector_fails()
    {
        using var command = new Command();
        var ended = await command.Run("reload", "--data", command["data"]);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("No collector is running on", ended.Errors, StringComparison.Ordinal);
    }
}
