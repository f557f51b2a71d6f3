// SPDX-License-Identifier: MIT
// The real `tallymark` program, as a command or as a running collector.

namespace Tallymark.Cli.Tests;

/// <summary>Runs the program in a temporary folder, which is the user's home too.</summary>
sealed class Command : IDisposable
{
    static readonly string Program = Repository.Built("cli", "tallymark");

    readonly TempFolder _folder = new();

    Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["HOME"] = _folder.Path };

    public string this[string name] => _folder[name];

    public Task<ProcessResult> Run(params string[] arguments) =>
        ProcessRun.Run(Program, arguments, Environment, _folder.Path);

    /// <summary>Starts a collector on the folder <c>data</c> and waits until it listens.</summary>
    public Task<ServeProcess> Serve()
    {
        File.Copy(Repository.KmpkgManifest, Path.Combine(_folder.Create("manifests"), "telemetry.yaml"));
        return ServeProcess.Start(
            [Program, "serve", "--data", this["data"], "--manifests", this["manifests"], "--listen", "127.0.0.1:0"],
            Environment);
    }

    public void Dispose() => _folder.Dispose();
}
