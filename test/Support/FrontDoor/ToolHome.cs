// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>One user's home folder: a sample tool runs in it, tests read what it left there.</summary>
class ToolHome : IDisposable
{
    readonly string _temporary;

    /// <param name="tool">The sample tool that this user runs.</param>
    /// <param name="endpoint">The collector to which this user's network leads; null: to the manifest's endpoint.</param>
    /// <param name="program">Another build of the tool; null runs the built one.</param>
    /// <param name="name">The name of the home folder; empty for a random one.</param>
    public ToolHome(SampleTool tool, string? endpoint = null, string? program = null, string name = "")
    {
        _temporary = Directory.CreateTempSubdirectory("tallymark-home-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(_temporary, name)).FullName;
        SampleTool = tool;
        Tool = program ?? tool.Path;
        Environment["HOME"] = Folder;
        if (endpoint is not null)
            Connect(endpoint);
    }

    public string Folder { get; }

    public SampleTool SampleTool { get; }

    /// <summary>The program that this user runs: the built one, until <see cref="CopyTool"/>.</summary>
    public string Tool { get; private set; }

    /// <summary>The working folder of this user's commands.</summary>
    public string WorkingFolder { get; set; } = "";

    /// <summary>The SDK's state folder, spec/spool.md.</summary>
    public string State => Path.Combine(Folder, ".local/state/tallymark", SampleTool.Name);

    /// <summary>The variables of this user's commands; besides them, a command has only PATH and DOTNET_ROOT.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The port of this user's proxy, the only one to which its tools connect; 0: there is none.</summary>
    public int ProxyPort { get; private set; }

    /// <summary>Makes this user's network lead to another collector from now on.</summary>
    public void Connect(string endpoint)
    {
        ProxyPort = Gateway.Connect(Environment, endpoint);
        Environment["LEAK_TO"] = endpoint;
    }

    /// <summary>Copies the tool for this user, so that a test can put a file beside it.</summary>
    public void CopyTool()
    {
        var from = Path.GetDirectoryName(Tool)!;
        var copy = Directory.CreateDirectory(Path.Combine(_temporary, "tool")).FullName;
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Tool = Path.Combine(copy, Path.GetFileName(Tool));
    }

    /// <summary>Runs the tool with exactly these arguments.</summary>
    public Task<ProcessResult> Run(params string[] arguments) =>
        Product.Run(Tool, arguments, Environment, TestContext.Current.CancellationToken, WorkingFolder);

    /// <summary>
    /// Runs the tool in a pseudo-terminal, so that it can show a notice. The result's output has all that the terminal
    /// showed, with CR LF.
    /// </summary>
    public Task<ProcessResult> RunInTerminal(params string[] arguments) =>
        Product.Run(
            "script", ["--quiet", "--return", "--command", string.Join(' ', arguments.Prepend(Tool).Select(Quote)),
                "/dev/null"],
            Environment, TestContext.Current.CancellationToken, WorkingFolder);

    /// <summary>`TOOL telemetry VERB`.</summary>
    public Task<ProcessResult> Telemetry(params string[] arguments) => Run(["telemetry", .. arguments]);

    /// <summary>Uploads everything that waits; fails the test if that fails.</summary>
    public async Task Upload()
    {
        var ended = await Telemetry("upload");
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    /// <summary>All complete event lines in a folder of the state (spool, batches, sent, ...).</summary>
    public IReadOnlyList<string> Lines(string folder)
    {
        var path = Path.Combine(State, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.ndjson", SearchOption.AllDirectories)
                .SelectMany(f => ReadShared(f).Split('\n')[..^1])]
            : [];
    }

    /// <summary>The spool's lines that are not among earlier ones, which <see cref="Lines"/> returned.</summary>
    public IReadOnlyList<string> LinesAfter(IEnumerable<string> before)
    {
        // Two runs in one second can record the same line, so lines are taken away one by one.
        List<string> added = [.. Lines("spool")];
        foreach (var line in before)
            Assert.True(added.Remove(line), line);
        return added;
    }

    // The process that writes the file may still hold its lock. .NET's own reads respect it, those of cat do not.
    static string ReadShared(string file)
    {
        using var cat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [file])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
        return cat.StandardOutput.ReadToEnd();
    }

    /// <summary>Backdates the uploader's settings, so that it requests them again.</summary>
    public void AgeSettings()
    {
        var file = Path.Combine(State, "settings");
        File.WriteAllLines(file, File.ReadAllLines(file)
            .Select(line => line.StartsWith("fetched ", StringComparison.Ordinal)
                ? "fetched 2026-01-01T00:00:00Z" : line));
    }

    public void Dispose()
    {
        Directory.Delete(_temporary, recursive: true);
        GC.SuppressFinalize(this);
    }

    static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
