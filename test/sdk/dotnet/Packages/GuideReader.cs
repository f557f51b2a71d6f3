// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Tallymark.Package.Tests;

/// <summary>
/// Follows a guide literally, on a terminal and with packages alone. A block with a file name is that file. A block
/// <c>sh</c> is typed into a shell on a terminal; the block <c>text</c> after it is the expected output, in this order,
/// with <c>…</c> for parts that vary. A block <c>sh collector</c> or <c>sh server</c> keeps running in another terminal
/// until this object is disposed; its output counts up to the address at which it listens. The port that the guide
/// gives it is replaced by a free one, there and in all later blocks.
/// </summary>
sealed partial class GuideReader(Feed feed, NewProject project) : IAsyncDisposable
{
    readonly Dictionary<string, string> _environment = Environment(feed, project);
    readonly Dictionary<string, string> _ports = new(StringComparer.Ordinal); // in the guide, and in this test
    readonly List<Process> _running = [];
    readonly List<Task> _outputs = []; // read to their ends, so that no program waits for its terminal
    string _seen = "";

    /// <summary>The number of blocks that were typed and have ended.</summary>
    public int Typed { get; private set; }

    /// <summary>The number of programs that keep running.</summary>
    public int KeptRunning => _running.Count;

    /// <summary>Does everything that a page of this repository says; fails at the first thing that differs.</summary>
    public async Task Follow(string guide)
    {
        foreach (var block in Page.Blocks(guide))
        {
            switch (block)
            {
                case { Language: "sh", Name: "collector" or "server" }:
                    await Start(block.Text);
                    break;
                case { Language: "sh", Name: "" }:
                    await Type(block.Text);
                    break;
                case { Language: "text", Name: "" }:
                    Expect(block.Text);
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

    /// <summary>
    /// Puts the npm package for pages into the reader's folder, and the programs with which it is bundled on the PATH.
    /// The build has already made its files, so no script runs.
    /// </summary>
    public async Task PackBrowserPackage()
    {
        var browser = Repository.PathOf("sdk/browser");
        var packed = await ProcessRun.Run(
            "npm", ["pack", "--ignore-scripts", "--pack-destination", project.Folder], _environment, browser);
        packed.With(0);
        foreach (var program in (string[])["tsc", "esbuild"])
        {
            File.CreateSymbolicLink(
                Path.Combine(project.Home, "bin", program), Path.Combine(browser, "node_modules/.bin", program));
        }
    }

    /// <summary>Ends the programs that keep running.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        await Task.WhenAll(_outputs);
        _running.ForEach(process => process.Dispose());
    }

    // Runs the commands on a terminal. The shell stops at the first command that fails.
    async Task Type(string commands)
    {
        var script = Path.Combine(project.Home, "typed.sh");
        await File.WriteAllTextAsync(script, "set -e\n" + WithPorts(commands), TestContext.Current.CancellationToken);
        var ended = await ProcessRun.Run(
            "script", OnTerminal($"bash '{script}'"), _environment, project.Folder);
        _seen = ended.Output;
        Typed++;
        Assert.True(ended.ExitCode == 0, commands + ended.All);
    }

    void Expect(string text)
    {
        var lines = _seen.Split('\n');
        var at = 0;
        foreach (var expected in WithPorts(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var pattern = string.Join(".*", expected.Split('…').Select(Regex.Escape));
            var found = Array.FindIndex(
                lines, at, l => Regex.IsMatch(l, pattern, RegexOptions.None, TimeSpan.FromMinutes(1)));
            Assert.True(found >= 0, $"The guide says\n{expected}\nbut the output is:\n{_seen}");
            at = found + 1;
        }
    }

    async Task Start(string command)
    {
        // A command may name the address of another program before its own.
        command = WithPorts(command);
        var port = Address().Matches(command)[^1].Groups["port"].Value;
        var process = ProcessRun.Start(
            "script", OnTerminal(command.TrimEnd().Replace(port, "0", StringComparison.Ordinal)), _environment,
            project.Folder);
        _running.Add(process);
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        var seen = new StringBuilder();
        Match address;
        do
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.True(line is not null, $"{command} ended:\n{seen}");
            seen.Append(line).Append('\n');
            address = Listening().Match(line);
        }
        while (!address.Success);

        _ports.Add(port, address.Groups["port"].Value);
        _seen = seen.ToString();
        _outputs.Add(process.StandardOutput.ReadToEndAsync(CancellationToken.None));
    }

    string WithPorts(string text) =>
        _ports.Aggregate(text, (all, port) => all.Replace(port.Key, port.Value, StringComparison.Ordinal));

    static string[] OnTerminal(string command) => ["--quiet", "--return", "--command", command, "/dev/null"];

    [GeneratedRegex(@"127\.0\.0\.1:(?<port>\d+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Address();

    [GeneratedRegex(@"listening on:? http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Listening();

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
                <add key="others" value="{Repository.Packages}" />
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
