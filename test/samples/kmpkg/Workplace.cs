// SPDX-License-Identifier: MIT
namespace Kmpkg.Tests;

/// <summary>
/// One user's folders for a test: a home, a tree to install into, and the test's own ports if it needs any.
/// </summary>
sealed class Workplace : IDisposable
{
    // Each path contains blanks, as users' paths may.
    readonly TempFolder _folder = new("kmpkg tests ");

    public Workplace()
    {
        Environment["HOME"] = _folder.Create("home");
        Tool = Sample.Built;
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Home => Environment["HOME"];
    public string Tree => _folder["installed"];

    /// <summary>The folder of the tool: the built one, until <see cref="CopyTool"/>.</summary>
    public string Tool { get; private set; }

    /// <summary>The folder of ports: the catalogue, until a test writes its own ports.</summary>
    public string Ports { get; private set; } = Sample.Ports;

    public Task<ProcessResult> Kmpkg(params IEnumerable<string> arguments) =>
        ProcessRun.Run(
            Path.Combine(Tool, "kmpkg"), [.. arguments, "--ports-root", Ports, "--install-root", Tree], Environment,
            _folder.Path);

    /// <summary>Runs kmpkg with exactly these arguments, without the folders.</summary>
    public Task<ProcessResult> Run(params string[] arguments) =>
        ProcessRun.Run(Path.Combine(Tool, "kmpkg"), arguments, Environment, _folder.Path);

    public Task<ProcessResult> Bootstrap(params string[] arguments) =>
        ProcessRun.Run(Sample.Bootstrap, [.. arguments, "--to", Tool], Environment, _folder.Path);

    /// <summary>Copies the tool, so that a file beside it affects only this test.</summary>
    public void CopyTool()
    {
        var copy = _folder.Create("the tool");
        foreach (var file in Directory.EnumerateFiles(Tool))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Tool = copy;
    }

    /// <summary>Writes a port. The default recipe installs one header with the port's name.</summary>
    public void Port(string name, string depends = "", string? recipe = null, string? description = null)
    {
        Ports = _folder["ports"];
        var folder = Directory.CreateDirectory(Path.Combine(Ports, name)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "port.txt"),
            description ?? $"name: {name}\nversion: 1.0\nlicense: MIT\ndescription: The port {name}\ndepends: {depends}\n");
        File.WriteAllText(Path.Combine(folder, "recipe.txt"), recipe ?? $"install header.h -> include/{name}.h\n");
        File.WriteAllText(Path.Combine(folder, "header.h"), $"/* {name} */\n");
    }

    /// <summary>The state folder of telemetry (spec/spool.md).</summary>
    public string State => Path.Combine(Home, ".local/state/tallymark/kmpkg");

    /// <summary>
    /// Runs the bootstrap script, which shows the notice and writes the receipt. No upload is due during a test.
    /// </summary>
    public async Task SetUp()
    {
        (await Bootstrap("-skipBuild")).With(0);
        await File.WriteAllTextAsync(
            Path.Combine(State, "due"), $"{DateTime.UtcNow.AddDays(2):yyyy-MM-ddTHH:mm:ssZ}\n");
    }

    /// <summary>All lines in the spool; those of one process are together, in the order of writing.</summary>
    public string[] Spool()
    {
        var spool = Path.Combine(State, "spool");
        return Directory.Exists(spool)
            ? [.. Directory.EnumerateFiles(spool, "*.ndjson").SelectMany(
                file => File.ReadAllText(file).Split('\n')[..^1])]
            : [];
    }

    /// <summary>Runs a command; returns its result and the lines that it added to the spool.</summary>
    public async Task<(ProcessResult Result, Line[] Lines)> Record(params string[] arguments)
    {
        var before = Spool();
        var ended = await Kmpkg(arguments);
        return (ended, [.. SpoolAfter(before).Select(Line.Read)]);
    }

    /// <summary>The spool's lines that are not among earlier ones, which <see cref="Spool"/> returned.</summary>
    public IReadOnlyList<string> SpoolAfter(IEnumerable<string> before)
    {
        // Two runs in one second can record the same line, so lines are taken away one by one.
        List<string> added = [.. Spool()];
        foreach (var line in before)
            Assert.True(added.Remove(line), line);
        return added;
    }

    /// <summary>All files of the tree with their content, except the lock file that every change leaves.</summary>
    public SortedDictionary<string, string> Files() => FilesBelow(Tree);

    /// <summary>All files in the user's home, where telemetry may leave some.</summary>
    public SortedDictionary<string, string> HomeFiles() => FilesBelow(Home);

    /// <summary>The installed files, without kmpkg's own records.</summary>
    public string[] InstalledFiles() =>
        [.. Files().Keys.Where(f => !f.StartsWith(".kmpkg/", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    static SortedDictionary<string, string> FilesBelow(string root)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(root)) return files;
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, file);
            if (name != ".kmpkg/lock") files.Add(name, Convert.ToHexString(File.ReadAllBytes(file)));
        }

        return files;
    }
}
