// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tallymark.Package.Tests;

/// <summary>
/// Follows docs/guides/add-to-your-tool.md literally, on a terminal and with packages alone. A block with a file name
/// is that file. A block `sh` is typed into a shell on a terminal; the block `text` after it is the expected output, in
/// this order, with `…` for parts that vary. A block `sh collector` keeps running in a second terminal.
/// </summary>
public sealed class GuideTests(Feed feed)
{
    const string Port = "8080"; // in the guide; the test uses a free port

    [Fact]
    public async Task Every_command_and_every_file_of_the_guide_does_what_it_says()
    {
        var project = feed.NewProject("guide");
        var reader = new Reader(feed, project);
        Process? collector = null;
        try
        {
            foreach (var block in Page.Blocks("docs/guides/add-to-your-tool.md"))
            {
                switch (block)
                {
                    case { Language: "sh", Name: "collector" }:
                        collector = await reader.StartCollector(block.Text);
                        break;
                    case { Language: "sh", Name: "" }:
                        await reader.Type(block.Text);
                        break;
                    case { Language: "text", Name: "" }:
                        reader.Expect(block.Text);
                        break;
                    case { Name.Length: > 0 }:
                        project.With(block.Name, block.Text);
                        break;
                    default:
                        Assert.Fail($"This block is never run:\n{block.Text}");
                        break;
                }
            }
        }
        finally
        {
            if (collector is not null)
            {
                collector.Kill();
                await collector.WaitForExitAsync(TestContext.Current.CancellationToken);
                collector.Dispose();
            }
        }

        var page = await File.ReadAllTextAsync(
            Path.Combine(project.Folder, "telemetry.md"), TestContext.Current.CancellationToken);
        Assert.Contains("To see which language is used.", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Folder, "out/Tallymark.dll")));
        Assert.True(reader.Typed >= 10);
    }

    sealed class Reader(Feed feed, NewProject project)
    {
        readonly Dictionary<string, string> _environment = Environment(feed, project);
        string _port = Port;
        string _seen = "";

        public int Typed { get; private set; }

        /// <summary>Runs the commands on a terminal. The shell stops at the first command that fails.</summary>
        public async Task Type(string commands)
        {
            var script = Path.Combine(project.Home, "typed.sh");
            await File.WriteAllTextAsync(
                script, "set -e\n" + commands.Replace(Port, _port, StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            var ended = await ProcessRun.Run(
                "script", ["--quiet", "--return", "--command", $"bash '{script}'", "/dev/null"], _environment,
                    project.Folder);
            _seen = ended.Output;
            Typed++;
            Assert.True(ended.ExitCode == 0, commands + ended.All);
        }

        public void Expect(string text)
        {
            var lines = _seen.Split('\n');
            var at = 0;
            var expectedLines = text.Replace(Port, _port, StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var expected in expectedLines)
            {
                var pattern = string.Join(".*", expected.Split('…').Select(Regex.Escape));
                var found = Array.FindIndex(
                    lines, at, l => Regex.IsMatch(l, pattern, RegexOptions.None, TimeSpan.FromMinutes(1)));
                Assert.True(found >= 0, $"The guide says\n{expected}\nbut the output is:\n{_seen}");
                at = found + 1;
            }
        }

        public async Task<Process> StartCollector(string command)
        {
            var process = ProcessRun.Start(
                "bash", ["-c", "exec " + command.Replace(Port, "0", StringComparison.Ordinal)], _environment,
                    project.Folder);
            process.BeginErrorReadLine();
            process.StandardInput.Close();
            _seen = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            _port = _seen[(_seen.LastIndexOf(':') + 1)..];
            return process;
        }

        // The only package sources are this repository's packages and, for third-party packages, what it restored.
        static Dictionary<string, string> Environment(Feed feed, NewProject project)
        {
            var bin = Path.Combine(project.Home, "bin");
            Directory.CreateDirectory(bin);
            File.CreateSymbolicLink(Path.Combine(bin, "tallymark"), Feed.Tallymark);
            Directory.CreateDirectory(Path.Combine(project.Home, ".nuget/NuGet"));
            File.WriteAllText(Path.Combine(project.Home, ".nuget/NuGet/NuGet.Config"), $"""
                <configuration>
                  <packageSources>
                    <clear />
                    <add key="ours" value="{feed.Folder}" />
                    <add key="others" value="{Feed.OthersPackages}" />
                  </packageSources>
                </configuration>
                """);
            var path = System.Environment.GetEnvironmentVariable("PATH");
            return new Dictionary<string, string>(feed.Environment, StringComparer.Ordinal)
            {
                ["HOME"] = project.Home,
                ["PATH"] = bin + ":" + path,
                ["TERM"] = "dumb",
                ["UseSharedCompilation"] = "false", // no compiler process outlives the test
                ["MSBUILDTERMINALLOGGER"] = "off",
            };
        }
    }
}
