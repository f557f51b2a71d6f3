// SPDX-License-Identifier: MIT
// One user's home folder: set up by the bootstrap script, used by running kmpkg, looked into by the tests.

namespace Tallymark.FrontDoor;

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

    /// <summary>Where this user stands when a command is typed.</summary>
    public string WorkingFolder { get; set; } = "";

    /// <summary>Where ports are read from.</summary>
    public string Ports { get; set; } = Product.Ports;

    public string InstallRoot => Path.Combine(Folder, "installed");

    /// <summary>Where the SDK keeps what it keeps, spec/spool.md.</summary>
    public string State => Path.Combine(Folder, ".local/state/tallymark/kmpkg");

    public Dictionary<string, string> Environment => _environment;

    /// <summary>The notice and its receipt, the way kmpkg's users get them.</summary>
    public async Task SetUp()
    {
        var ended = await Bootstrap();
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    /// <summary>Gives this user a tool of their own, so that a file beside it is nobody else's.</summary>
    public void CopyTool()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_temporary, "tool")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Tool)!))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Tool = Path.Combine(copy, "kmpkg");
    }

    /// <summary>The script that users begin with, on a tool that is built already.</summary>
    public Task<Ended> Bootstrap(params string[] arguments) =>
        Product.Run(
            Product.Bootstrap, ["-skipBuild", "--to", Path.GetDirectoryName(Tool)!, .. arguments], _environment,
            TestContext.Current.CancellationToken);

    public Task<Ended> Kmpkg(params string[] arguments) =>
        Product.Run(Tool, Arguments(arguments), _environment, TestContext.Current.CancellationToken, WorkingFolder);

    /// <summary>`kmpkg telemetry VERB`: no folder of ports is needed.</summary>
    public Task<Ended> Telemetry(params string[] arguments) =>
        Product.Run(Tool, ["telemetry", .. arguments], _environment, TestContext.Current.CancellationToken, WorkingFolder);

    /// <summary>The arguments with the folders that a test's kmpkg works on.</summary>
    public string[] Arguments(params string[] arguments) =>
        [.. arguments, "--ports-root", Ports, "--install-root", InstallRoot];

    /// <summary>All event lines that lie in a folder of the state (spool, batches, sent, ...), whole ones only.</summary>
    public IReadOnlyList<string> Lines(string folder)
    {
        var path = Path.Combine(State, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.ndjson", SearchOption.AllDirectories)
                .SelectMany(f => File.ReadAllText(f).Split('\n')[..^1])]
            : [];
    }

    /// <summary>The settings that the uploader has become old, so that it asks again.</summary>
    public void AgeSettings()
    {
        var file = Path.Combine(State, "settings");
        File.WriteAllLines(file, File.ReadAllLines(file)
            .Select(line => line.StartsWith("fetched ", StringComparison.Ordinal) ? "fetched 2026-01-01T00:00:00Z" : line));
    }

    /// <summary>Exactly these arguments, without the folders.</summary>
    public Task<Ended> Bare(params string[] arguments) =>
        Product.Run(Tool, arguments, _environment, TestContext.Current.CancellationToken, WorkingFolder);

    public void Dispose() => Directory.Delete(_temporary, recursive: true);
}
