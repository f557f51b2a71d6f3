// SPDX-License-Identifier: MIT
// The real `tallymark` program, as a command or as a running collector.

namespace Tallymark.Cli.Tests;

/// <summary>Runs the program in a temporary folder, which is the user's home too.</summary>
sealed class Command : IDisposable
{
    static readonly string Program = Repository.Built("cli", "tallymark");

    readonly TempFolder _folder = new();

    /// <summary>The variables of the program; a test may add some.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public Command() => Environment["HOME"] = _folder.Path;

    public string this[string name] => _folder[name];

    public Task<ProcessResult> Run(params string[] arguments) =>
        ProcessRun.Run(Program, arguments, Environment, _folder.Path);

    public void CreateFolder(string name) => _folder.Create(name);

    public void Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Starts a collector on the folder <c>data</c> and waits until it listens.</summary>
    public Task<ServeProcess> Serve(params string[] more) => ServeWith(
        ["--data", this["data"], "--manifests", CreateManifests(), "--listen", "127.0.0.1:0", .. more]);

    /// <summary>Starts a collector with these options only and waits until it listens.</summary>
    public Task<ServeProcess> ServeWith(params string[] options) =>
        ServeProcess.Start([Program, "serve", .. options], Environment);

    /// <summary>Creates the folder <c>manifests</c> with kmpkg's.</summary>
    public string CreateManifests()
    {
        File.Copy(Repository.KmpkgManifest, Path.Combine(_folder.Create("manifests"), "telemetry.yaml"));
        return this["manifests"];
    }

    public void Dispose() => _folder.Dispose();
}
