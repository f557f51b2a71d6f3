// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>One user's home folder: the bootstrap script sets it up, kmpkg runs in it, tests read it.</summary>
sealed class Home : IDisposable
{
    readonly string _temporary;
    readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public Home(string? endpoint = null, string? tool = null, string name = "")
    {
        _temporary = Directory.CreateTempSubdirectory("tallymark-home-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(_temporary, name)).FullName;
        Tool = tool ?? Product.Kmpkg;
        _environment["HOME"] = Folder;
        if (endpoint is not null)
            _environment["TALLYMARK_ENDPOINT"] = endpoint;
    }

    public string Folder { get; }

    /// <summary>The kmpkg that this user runs: the built one, until <see cref="CopyTool"/>.</summary>
    public string Tool { get; private set; }

    /// <summary>The working folder of this user's commands.</summary>
    public string WorkingFolder { get; set; } = "";

    /// <summary>The folder of ports.</summary>
    public string Ports { get; set; } = Product.Ports;

    public string InstallRoot => Path.Combine(Folder, "installed");

    /// <summary>The SDK's state folder, spec/spool.md.</summary>
    public string State => Path.Combine(Folder, ".local/state/tallymark/kmpkg");

    public Dictionary<string, string> Environment => _environment;

    /// <summary>Runs the bootstrap script, which shows the notice and writes its receipt.</summary>
    public async Task SetUp()
    {
        var ended = await Bootstrap();
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    /// <summary>Copies the tool for this user, so that a test can put a file beside it.</summary>
    public void CopyTool()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_temporary, "tool")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Tool)!))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Tool = Path.Combine(copy, "kmpkg");
    }

    /// <summary>Runs the bootstrap script on a tool that is already built.</summary>
    public Task<ProcessResult> Bootstrap(params string[] arguments) =>
        Product.Run(
            Product.Bootstrap, ["-skipBuild", "--to", Path.GetDirectoryName(Tool)!, .. arguments], _environment,
            TestContext.Current.CancellationToken);

    public Task<ProcessResult> Kmpkg(params string[] arguments) =>
        Product.Run(Tool, Arguments(arguments), _environment, TestContext.Current.CancellationToken, WorkingFolder);

    /// <summary>`kmpkg telemetry VERB`: no folder of ports is needed.</summary>
    public Task<ProcessResult> Telemetry(params string[] arguments) =>
        Product.Run(Tool, ["telemetry", .. arguments], _environment, TestContext.Current.CancellationToken,
            WorkingFolder);

    /// <summary>The arguments with the folders that a test's kmpkg works on.</summary>
    public string[] Arguments(params string[] arguments) =>
        [.. arguments, "--ports-root", Ports, "--install-root", InstallRoot];

    /// <summary>All complete event lines in a folder of the state (spool, batches, sent, ...).</summary>
    public IReadOnlyList<string> Lines(string folder)
    {
        var path = Path.Combine(State, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.ndjson", SearchOption.AllDirectories)
                .SelectMany(f => File.ReadAllText(f).Split('\n')[..^1])]
            : [];
    }

    /// <summary>Backdates the uploader's settings, so that it requests them again.</summary>
    public void AgeSettings()
    {
        var file = Path.Combine(State, "settings");
        File.WriteAllLines(file, File.ReadAllLines(file)
            .Select(line => line.StartsWith("fetched ", StringComparison.Ordinal)
                ? "fetched 2026-01-01T00:00:00Z" : line));
    }

    /// <summary>Runs kmpkg with exactly these arguments, without the folders.</summary>
    public Task<ProcessResult> Bare(params string[] arguments) =>
        Product.Run(Tool, arguments, _environment, TestContext.Current.CancellationToken, WorkingFolder);

    public void Dispose() => Directory.Delete(_temporary, recursive: true);
}
