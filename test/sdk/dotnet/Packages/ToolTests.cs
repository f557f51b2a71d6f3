// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Text.Json;

namespace Tallymark.Package.Tests;

/// <summary><c>tallymark</c> as a .NET tool: the commands for authors, without the collector.</summary>
public sealed class ToolTests(Feed feed)
{
    const string Id = "Tallymark.Tool";

    [Fact]
    public async Task The_tool_installs_from_the_feed_alone_checks_a_manifest_and_has_its_schema()
    {
        var project = feed.NewProject("tool").With("telemetry.yaml", Some.Manifest)
            .With("wrong.yaml", Some.Manifest.Replace("type: count", "type: number", StringComparison.Ordinal));
        (await Run(project, "dotnet", "tool", "install", Id, "--tool-path", "bin", "--source", feed.Folder)).With(0);
        var tallymark = Path.Combine(project.Folder, "bin/tallymark");

        Assert.Equal(new ProcessResult(0, "", ""), await Run(project, tallymark, "check", "telemetry.yaml"));
        var wrong = await Run(project, tallymark, "check", "wrong.yaml");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Matches(@"^wrong\.yaml\(\d+,15\): error TALLY\d{4}: .+\n$", wrong.Output);
        var dictionary = await Run(project, tallymark, "dictionary", "telemetry.yaml");
        Assert.Contains("To know the language.", dictionary.Output);

        var schema = (await Run(project, tallymark, "schema")).With(0).Output;
        Assert.Equal(Repository.Read("spec", "manifest.schema.json"), schema);
        Assert.Equal("Tallymark manifest", JsonDocument.Parse(schema).RootElement.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_command_of_the_collector_is_refused_with_where_to_find_it()
    {
        var refused = await ProcessRun.Run(
            "dotnet", [Repository.PathOf("cli/Tool/bin", Repository.Configuration, "net10.0", Id + ".dll"), "serve"],
            feed.Environment, feed.Folder);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("are in the collector's", refused.All);
    }

    [Fact]
    public void The_package_contains_nothing_of_the_collector()
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{Id}.{feed.Version}.nupkg"));
        Assert.Equal(
            ["System.CommandLine.dll", "Tallymark.Manifest.dll", "Tallymark.Tool.dll", "YamlDotNet.dll"],
            package.Entries.Select(e => e.Name).Where(n => n.EndsWith(".dll", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    Task<ProcessResult> Run(NewProject project, string program, params string[] arguments) =>
        ProcessRun.Run(program, arguments, feed.Environment, project.Folder);
}
