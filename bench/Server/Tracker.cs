// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Bench.Server;

/// <summary>The tracking server of one user, with telemetry on or off.</summary>
sealed class Tracker : IDisposable
{
    readonly string _program;
    readonly string _home;
    readonly Dictionary<string, string> _variables;
    ServerProcess? _server;
    int _starts;

    /// <param name="program">The server's executable.</param>
    /// <param name="home">A new folder: the home of its user.</param>
    /// <param name="collector">The address of the collector; null: telemetry is switched off by its variable.</param>
    public Tracker(string program, string home, Uri? collector)
    {
        (_program, _home) = (program, Directory.CreateDirectory(home).FullName);
        _variables = new(StringComparer.Ordinal)
        {
            ["HOME"] = _home,
            ["XDG_STATE_HOME"] = "",
            ["XDG_CONFIG_HOME"] = "",
            ["CI"] = "",
        };
        if (collector is null)
            _variables["MLFLOW_DISABLE_TELEMETRY"] = "true";
        else
            FrontDoor.Gateway.Connect(_variables, collector.ToString());
    }

    /// <summary>Its files, among them the spool.</summary>
    public string State => Path.Combine(_home, ".local/state/tallymark/mlflow");

    /// <summary>Shows the notice in a pseudo-terminal, as a user sees it; from then on events are recorded.</summary>
    public void SeeNotice() => Run("script", ["--quiet", "--return", "--command", $"'{_program}' telemetry notice",
        "/dev/null"]);

    /// <summary>Starts the server and creates the gateway's endpoint.</summary>
    public void Start()
    {
        _server = ServerProcess.Start(
            _program,
            ["--listen", "127.0.0.1:0", "--data", Path.Combine(_home, "data" + _starts++)],
            _variables);
        _ = new Load(_server.Address, new CreateEndpoint(), connections: 1)
            .Run(double.MaxValue, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Sends invocations.</summary>
    public LoadResult Measure(Requests requests, int connections, double rate, TimeSpan warmUp, TimeSpan duration) =>
        new Load(_server!.Address, requests, connections).Run(rate, warmUp, duration);

    /// <summary>SIGTERM; waits for its end.</summary>
    public void Stop()
    {
        _server!.Stop();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Uploads everything that the spool has.</summary>
    public void Upload() => Run(_program, ["telemetry", "upload"]);

    public void Dispose() => _server?.Dispose();

    void Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in _variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }
}
