// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Tallymark.Bench.Fuzz;

/// <summary>A running collector with the real store, in its own folder.</summary>
interface ITarget : IAsyncDisposable
{
    IPEndPoint Address { get; }

    /// <summary>Where its counters are.</summary>
    Uri Metrics { get; }

    string Data { get; }

    /// <summary>Its log.</summary>
    string Log { get; }

    /// <summary>Its resident memory. Bytes.</summary>
    long Memory { get; }

    /// <summary>Stops it as an operator would; afterwards everything is on disk and closed.</summary>
    Task StopAsync();
}

/// <summary>The collector in this process, with real sockets and a stopped clock.</summary>
sealed class TargetHere : ITarget
{
    readonly CollectorServer _server;
    readonly StringWriter _log;
    bool _stopped;

    TargetHere(CollectorServer server, StringWriter log, string data)
    {
        (_server, _log, Data) = (server, log, data);
        Address = IPEndPoint.Parse(server.Address.Authority);
        Metrics = new Uri(server.Operations, "metrics");
    }

    public IPEndPoint Address { get; }

    public Uri Metrics { get; }

    public string Data { get; }

    public string Log => _log.ToString();

    public long Memory => Environment.WorkingSet;

    public static async Task<ITarget> StartAsync(Corpus corpus, string folder, DateTimeOffset now)
    {
        corpus.Write(Path.Combine(folder, "manifests"), Path.Combine(folder, "countries"));
        var log = new StringWriter(CultureInfo.InvariantCulture);
        var options = new CollectorOptions
        {
            Data = Path.Combine(folder, "data"),
            Manifests = Path.Combine(folder, "manifests"),
            Countries = Path.Combine(folder, "countries"),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            // all of it comes from one network
            Limits = new Limits
            {
                MaxPrefixRate = 0,
                MaxNewInstallations = 0,
                MaxNetworkProofs = 0,
                MinFreeDiskBytes = 0,
            },
        };
        var server = await CollectorServer.StartAsync(options, data => new DuckDbEventStore(data.Path), log,
            new StandingClock(now));
        return new TargetHere(server, log, options.Data);
    }

    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _server.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

/// <summary><c>tallymark serve</c> as a process.</summary>
sealed class TargetProcess : ITarget
{
    readonly Process _process;
    readonly Task<string> _errors;

    TargetProcess(Process process, IPEndPoint address, Uri metrics, string data)
    {
        (_process, Address, Metrics, Data) = (process, address, metrics, data);
        _errors = process.StandardError.ReadToEndAsync();
    }

    public IPEndPoint Address { get; }

    public Uri Metrics { get; }

    public string Data { get; }

    public string Log => _errors.IsCompleted ? _errors.GetAwaiter().GetResult() : "";

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<ITarget> StartAsync(Corpus corpus, string folder)
    {
        corpus.Write(Path.Combine(folder, "manifests"), Path.Combine(folder, "countries"));
        var data = Path.Combine(folder, "data");
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "tallymark.dll"), "serve", "--data", data,
            "--manifests", Path.Combine(folder, "manifests"), "--countries", Path.Combine(folder, "countries"),
            "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.0/8",
            "--rate", "0", "--new-installations", "0", "--deletions", "0", "--disk-reserve", "0",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        const string Ready = "listening on http://";
        var line = await process.StandardOutput.ReadLineAsync();
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
            throw new FuzzException("tallymark serve did not start: " + await process.StandardError.ReadToEndAsync());
        const string Operations = "operations on ";
        var operations = await process.StandardOutput.ReadLineAsync();
        if (operations is null || !operations.StartsWith(Operations, StringComparison.Ordinal))
            throw new FuzzException("tallymark serve did not name its operations address.");
        var metrics = new Uri(operations[Operations.Length..] + "/metrics");
        return new TargetProcess(process, IPEndPoint.Parse(line[Ready.Length..]), metrics, data);
    }

    public async Task StopAsync()
    {
        if (_process.HasExited)
            throw new FuzzException($"tallymark serve ended by itself with {_process.ExitCode}: {await _errors}");
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        await _errors;
        if (_process.ExitCode != 0)
            throw new FuzzException($"tallymark serve stopped with {_process.ExitCode}: {Log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>A tool's counters in <c>/metrics</c>.</summary>
static class MetricsText
{
    public static async Task<string> ReadAsync(Uri metrics)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        return await http.GetStringAsync(metrics);
    }
}
