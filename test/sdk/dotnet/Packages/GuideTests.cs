// SPDX-License-Identifier: MIT
namespace Tallymark.Package.Tests;

/// <summary>Follows the guides for authors literally (<see cref="GuideReader"/>).</summary>
public sealed class GuideTests(Feed feed)
{
    [Fact]
    public async Task Every_command_and_every_file_of_the_guide_for_a_tool_does_what_it_says()
    {
        var project = feed.NewProject("guide");
        await using var reader = new GuideReader(feed, project);
        await reader.Follow("docs/guides/add-to-your-tool.md");
        var page = await File.ReadAllTextAsync(
            Path.Combine(project.Folder, "telemetry.md"), TestContext.Current.CancellationToken);
        Assert.Contains("To see which language is used.", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Folder, "out/Tallymark.dll")));
        Assert.True(reader.Typed >= 10);
    }

    [Fact]
    public async Task Every_command_and_every_file_of_the_guide_for_a_library_does_what_it_says()
    {
        var project = feed.NewProject("library-guide");
        await using var reader = new GuideReader(feed, project);
        await reader.Follow("docs/guides/library.md");
        Assert.Equal(3, reader.Typed);
    }

    // The guide's page is played by its own requests; test/web and test/EndToEnd have browsers.
    [Fact]
    public async Task Every_command_and_every_file_of_the_guide_for_a_server_with_a_page_does_what_it_says()
    {
        var project = feed.NewProject("server-guide");
        await using var reader = new GuideReader(feed, project);
        await reader.PackBrowserPackage();
        await reader.Follow("docs/guides/server-with-a-page.md");
        Assert.True(reader.Typed >= 10);
        Assert.Equal(2, reader.KeptRunning);
    }
}
