// SPDX-License-Identifier: MIT
// One user's place for a test: a home, a tree to install into, and ports of the test's own where it needs them.

namespace Kmpkg.Tests;

sealed class Workplace : IDisposable
{
    // A blank in each path, since users have them too.
    readonly string _folder = Directory.CreateTempSubdirectory("kmpkg tests ").FullName;

    public Workplace()
    {
        Environment["HOME"] = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        Tool = Sample.Built;
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Home => Environment["HOME"];
    public string Tree => Path.Combine(_folder, "installed");

    /// <summary>The folder of the tool: the built one, until <see cref="CopyTool"/>.</summary>
    public string Tool { get; private set; }

    /// <summary>Where ports are read from: the catalogue, until a test writes ports of its own.</summary>
    public string Ports { get; private set; } = Sample.Ports;

    public Task<Ended> Kmpkg(params IEnumerable<string> arguments) =>
        Sample.Run(Path.Combine(Tool, "kmpkg"), [.. arguments, "--ports-root", Ports, "--install-root", Tree], Environment, _folder);

    /// <summary>Exactly these arguments, without the folders.</summary>
    public Task<Ended> Bare(params string[] arguments) =>
        Sample.Run(Path.Combine(Tool, "kmpkg"), arguments, Environment, _folder);

    public Task<Ended> Bootstrap(params string[] arguments) =>
        Sample.Run(Sample.Bootstrap, [.. arguments, "--to", Tool], Environment, _folder);

    /// <summary>Gives this place a tool of its own, so that a file beside it is nobody else's.</summary>
    public void CopyTool()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "the tool")).FullName;
        foreach (var file in Directory.EnumerateFiles(Tool)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Tool = copy;
    }

    /// <summary>Writes a port. Without a recipe it installs one header of its name.</summary>
    public void Port(string name, string depends = "", string? recipe = null, string? description = null)
    {
        Ports = Path.Combine(_folder, "ports");
        var folder = Directory.CreateDirectory(Path.Combine(Ports, name)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "port.txt"),
            description ?? $"name: {name}\nversion: 1.0\nlicense: MIT\ndescription: The port {name}\ndepends: {depends}\n");
        File.WriteAllText(Path.Combine(folder, "recipe.txt"), recipe ?? $"install header.h -> include/{name}.h\n");
        File.WriteAllText(Path.Combine(folder, "header.h"), $"/* {name} */\n");
    }

    /// <summary>Where telemetry keeps what it keeps, spec/spool.md.</summary>
    public string State => Path.Combine(Home, ".local/state/tallymark/kmpkg");

    /// <summary>The notice and its receipt by the bootstrap script; then no upload is due for as long as a test lasts.</summary>
    public async Task SetUp()
    {
        (await Bootstrap("-skipBuild")).With(0);
        await File.WriteAllTextAsync(Path.Combine(State, "due"), $"{DateTime.UtcNow.AddDays(2):yyyy-MM-ddTHH:mm:ssZ}\n");
    }

    /// <summary>All lines in the spool; those of one process stand together, in the order that they were written in.</summary>
    public string[] Spool()
    {
        var spool = Path.Combine(State, "spool");
        return Directory.Exists(spool)
            ? [.. Directory.EnumerateFiles(spool, "*.ndjson").SelectMany(file => File.ReadAllText(file).Split('\n')[..^1])]
            : [];
    }

    /// <summary>Runs a command and gives the lines that it left in the spool.</summary>
    public async Task<(Ended Ended, Line[] Lines)> Record(params string[] arguments)
    {
        var before = Spool();
        var ended = await Kmpkg(arguments);
        return (ended, [.. Spool().Except(before, StringComparer.Ordinal).Select(Line.Read)]);
    }

    /// <summary>All files of the tree with their content, without the lock that every change leaves there.</summary>
    public SortedDictionary<string, string> Files() => FilesBelow(Tree);

    /// <summary>All files in the user's home: what telemetry may have left there.</summary>
    public SortedDictionary<string, string> HomeFiles() => FilesBelow(Home);

    /// <summary>The installed files alone, without what the tree remembers about them.</summary>
    public string[] InstalledFiles() => [.. Files().Keys.Where(f => !f.StartsWith(".kmpkg/", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
