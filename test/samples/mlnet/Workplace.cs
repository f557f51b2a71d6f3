// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Text.Json;

namespace Mlnet.Tests;

/// <summary>One user's folders for a test: a home, and a folder with datasets, in which mlnet runs.</summary>
sealed class Workplace : IDisposable
{
    static readonly Dictionary<string, string> Metadata = typeof(Workplace).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    // Each path contains blanks, as users' paths may.
    readonly TempFolder _folder = new("mlnet tests ");

    public Workplace() => Environment["HOME"] = _folder.Create("home");

    /// <summary>The sample's sources.</summary>
    public static string Sample { get; } = Path.Combine(Metadata["RepositoryRoot"], "samples/mlnet");

    /// <summary>The folder of the built program.</summary>
    public static string Built => Path.Combine(Sample, "bin", Metadata["Configuration"], "net10.0");

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The path of a file in this folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Runs mlnet in this folder.</summary>
    public Task<ProcessResult> Mlnet(params IEnumerable<string> arguments) =>
        ProcessRun.Run(Path.Combine(Built, "mlnet"), arguments, Environment, _folder.Path);

    /// <summary>Runs the words of a command line; none of them contains a blank.</summary>
    public Task<ProcessResult> Words(string arguments) =>
        Mlnet(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Runs a line of sh, in which $0 is mlnet.</summary>
    public Task<ProcessResult> Shell(string line) =>
        ProcessRun.Run("sh", ["-c", line, Path.Combine(Built, "mlnet")], Environment, _folder.Path);

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Shows the notice as a user sees it: in a pseudo-terminal, by a command that fails at once.</summary>
    public async Task SeeNotice()
    {
        Write("empty.csv", "");
        var command = $"'{Path.Combine(Built, "mlnet")}' regression --dataset empty.csv --label-col y";
        (await ProcessRun.Run(
            "script", ["--quiet", "--return", "--command", command, "/dev/null"], Environment, _folder.Path)).With(2);
    }

    /// <summary>The recorded events, in the order of writing.</summary>
    public JsonElement[] Recorded()
    {
        var spool = Path.Combine(Environment["HOME"], ".local/state/tallymark/mlnet/spool");
        return Directory.Exists(spool)
            ? [.. Directory.EnumerateFiles(spool, "*.ndjson").SelectMany(f => File.ReadAllText(f).Split('\n')[..^1])
                .Select(line => JsonDocument.Parse(line).RootElement)]
            : [];
    }

    public void Dispose() => _folder.Dispose();
}
