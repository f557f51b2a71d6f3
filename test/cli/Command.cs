// SPDX-License-Identifier: MIT
// The real `tallymark` program, as a command or as a running collector.

using System.Diagnostics;
using System.Reflection;

namespace Tallymark.Cli.Tests;

/// <summary>The result of a command.</summary>
sealed record CommandResult(int ExitCode, string Output, string Errors);

/// <summary>Runs the program in a temporary folder.</summary>
sealed class Command : IDisposable
{
    static readonly Dictionary<string, string> Metadata = typeof(Command).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    public static string SampleManifest => Path.Combine(Metadata["RepositoryRoot"], "samples/kmpkg/telemetry.yaml");

    static string Program => Path.Combine(
        Metadata["RepositoryRoot"], "cli/bin", Metadata["Configuration"], "net10.0/tallymark");

    public string Folder { get; } = Directory.CreateTempSubdirectory("tallymark-cli-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public async Task<CommandResult> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a collector on the folder <c>data</c> and waits until it listens.</summary>
    public async Task<Process> Serve()
    {
        Directory.CreateDirectory(this["manifests"]);
        File.Copy(SampleManifest, this["manifests/telemetry.yaml"]);
        var process = Start(
            "serve", "--data", this["data"], "--manifests", this["manifests"], "--listen", "127.0.0.1:0");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line?.StartsWith("listening on ", StringComparison.Ordinal), line ?? await errors);
        return process;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = Folder;
        start.Environment.Remove("XDG_DATA_HOME");
        return Process.Start(start)!;
    }
}
