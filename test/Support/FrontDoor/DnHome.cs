// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.FrontDoor;

/// <summary>The home folder of a user of dn, with one project as the working folder.</summary>
sealed class DnHome : ToolHome
{
    /// <summary>A user with a project `app` that builds a program.</summary>
    public DnHome(string? endpoint = null, string? program = null, string name = "")
        : base(SampleTool.DotnetCli, endpoint, program, name)
    {
        WorkingFolder = Directory.CreateDirectory(Path.Combine(Folder, "work")).FullName;
        Write("app.dnproj", "output: exe\nframeworks: net10.0\n");
        Write("Program.cs", "Console.WriteLine(\"ready\");\n");
    }

    /// <summary>Writes a file below the working folder.</summary>
    public void Write(string file, string text)
    {
        var path = Path.Combine(WorkingFolder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Sees the notice as users do: with the first command on a terminal.</summary>
    public async Task SeeNotice()
    {
        var shown = await RunInTerminal("restore");
        Assert.True(shown.ExitCode == 0, shown.Output);
        Assert.Contains("Telemetry\r\n---------\r\n", shown.Output, StringComparison.Ordinal);
        Assert.Empty(Lines("spool"));
    }

    /// <summary>Runs a command; returns its exit code and the one line that it recorded.</summary>
    public async Task<(int ExitCode, JsonElement Line)> Record(params string[] arguments)
    {
        // Each process has a file of its own, and two runs in one second can record equal lines.
        var before = SpoolFiles();
        var ended = await Run(arguments);
        var added = SpoolFiles().Except(before, StringComparer.Ordinal).SelectMany(File.ReadAllLines).ToList();
        Assert.True(added.Count == 1, $"{added.Count} lines:\n{ended.All}");
        return (ended.ExitCode, JsonDocument.Parse(added[0]).RootElement);
    }

    string[] SpoolFiles() => Directory.Exists(Path.Combine(State, "spool"))
        ? Directory.GetFiles(Path.Combine(State, "spool"), "*.ndjson") : [];
}
