// SPDX-License-Identifier: MIT
namespace Tallymark.Package.Tests;

/// <summary>Follows the README's instructions for maintainers literally.</summary>
public sealed class ReadmeTests(Feed feed)
{
    [Fact]
    public async Task The_manifest_and_the_program_of_the_README_build_and_record_after_the_notice()
    {
        var blocks = Page.Blocks("README.md");
        var program = $"""
            using System;
            using greet;

            if (args is ["telemetry", .. var rest]) return GreetTelemetry.Command(rest);
            {blocks.First(b => b.Language == "csharp").Text}
            return 0;
            """;
        var project = feed.NewProject("readme")
            .With("telemetry.yaml", blocks.First(b => b.Language == "yaml").Text).WithProgram(program);
        var built = await project.Build();
        Assert.True(built.ExitCode == 0, built.All);

        // On a terminal, as a user: the first run shows the notice and records nothing, the second is silent and
        // records.
        var first = await project.RunOnTerminal();
        Assert.Contains("the greet maintainers", first, StringComparison.Ordinal);
        Assert.Contains("Bonjour", first, StringComparison.Ordinal);
        Assert.Empty(project.Recorded());
        Assert.Equal("Bonjour\r\n", await project.RunOnTerminal());
        Assert.Contains("\"language\":\"fr\"", Assert.Single(project.Recorded()), StringComparison.Ordinal);
    }
}
