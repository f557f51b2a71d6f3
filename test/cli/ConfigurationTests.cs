// SPDX-License-Identifier: MIT

using System.Net;

namespace Tallymark.Cli.Tests;

/// <summary>Options of <c>serve</c> from the environment and from a file.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task Every_option_can_come_from_a_file_or_a_variable_and_the_nearest_place_wins()
    {
        using var command = new Command();
        command.CreateManifests();
        command.Write("collector.json", $$"""
            {
              "data": "{{command["data"]}}", "manifests": "{{command["manifests"]}}", "listen": "127.0.0.1:1",
              "plain-http": true, "trusted-proxy": ["10.0.0.1", "10.0.1.0/24"], "log-format": "text", "memory": 200
            }
            """);
        command.Environment["TALLYMARK_COLLECTOR_CONFIG"] = command["collector.json"];
        command.Environment["TALLYMARK_COLLECTOR_LOG_FORMAT"] = "json"; // the variable, not the file
        command.Environment["TALLYMARK_COLLECTOR_LISTEN"] = "127.0.0.1:2";

        await using var serve = await command.ServeWith("--listen", "127.0.0.1:0"); // the argument, not the variable

        using var http = new HttpClient { BaseAddress = serve.Address };
        using var reply = await http.GetAsync(
            new Uri("livez", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var status = await command.Run("status"); // the folder is that of the file
        Assert.Contains("kmpkg", status.With(0).Output, StringComparison.Ordinal);
        (await serve.Stop()).With(0);
        Assert.All(
            serve.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("{\"time\":", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RATE", "-4", "tallymark serve: --rate -4: write ", "(--rate is from TALLYMARK_COLLECTOR_RATE.)")]
    [InlineData("RAET", "4", "TALLYMARK_COLLECTOR_RAET: `serve` has no option --raet.", "")]
    [InlineData("TRUSTED_PROXY__1", "here", "--trusted-proxy here: write ", "from TALLYMARK_COLLECTOR_TRUSTED_PROXY.)")]
    [InlineData("CONFIG", "/dev/null/x", "tallymark serve: ", "/dev/null/x")]
    public async Task A_bad_variable_is_named(string name, string value, string message, string origin)
    {
        using var command = new Command();
        command.Environment[$"TALLYMARK_COLLECTOR_{name}"] = value;
        var ended = await command.Run(
            "serve", "--data", command["data"], "--manifests", command.CreateManifests(), "--listen", "127.0.0.1:0");
        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        var line = Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Contains(origin, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("{\"raet\": 4}", "collector.json: raet: `serve` has no option --raet.")]
    [InlineData("{\"memory\": \"much\"}", "--memory much: write a whole number from 128 ")]
    public async Task A_bad_file_is_named(string text, string message)
    {
        using var command = new Command();
        command.Write("collector.json", text);
        var ended = await command.Run(
            "serve", "--config", command["collector.json"], "--data", command["data"], "--manifests",
            command.CreateManifests(), "--listen", "127.0.0.1:0");
        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        var line = Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.Contains("collector.json", line, StringComparison.Ordinal);
    }
}
