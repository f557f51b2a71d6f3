// SPDX-License-Identifier: MIT
namespace Dn.Tests;

/// <summary>One user's folders for a test: a home, and a folder to work in. Its path contains blanks.</summary>
sealed class Workplace : IDisposable
{
    readonly TempFolder _folder = new("dn tests ");

    public Workplace()
    {
        Environment["HOME"] = _folder.Create("home");
        Folder = _folder.Create("work");
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Home => Environment["HOME"];
    public string Folder { get; }
    public string this[string file] => Path.Combine(Folder, file);

    public Task<ProcessResult> Dn(params string[] arguments) =>
        ProcessRun.Run(Sample.Tool, arguments, Environment, Folder);

    /// <summary>Shows the notice as a user sees it: in a pseudo-terminal, by a command that fails at once.</summary>
    public async Task SeeNotice() => (await ProcessRun.Run(
        "script", ["--quiet", "--return", "--command", $"'{Sample.Tool}' build nowhere", "/dev/null"], Environment,
        Folder)).With(2);

    /// <summary>The recorded lines.</summary>
    public string[] Recorded() =>
        [.. Directory.EnumerateFiles(Path.Combine(Home, ".local/state/tallymark/dotnet-cli/spool"), "*.ndjson")
            .SelectMany(File.ReadAllLines)];

    /// <summary>Writes a file below the working folder.</summary>
    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
        File.WriteAllText(this[file], text);
    }

    /// <summary>All files below the working folder, sorted.</summary>
    public string[] Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}
