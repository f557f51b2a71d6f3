// SPDX-License-Identifier: MIT
// A real `tallymark` process, its output, and signals to it.

using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Tallymark.Collector.Tests;

sealed class ServeProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    readonly List<string> _log = [];
    readonly Lock _lock = new();

    ServeProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _errors.Writer.TryComplete();
                return;
            }

            lock (_lock)
                _log.Add(line.Data);
            _errors.Writer.TryWrite(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    public string Log
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _log);
        }
    }

    /// <summary>Starts `tallymark serve` on a free port and waits until it answers.</summary>
    public static Task<ServeProcess> ServeAsync(TempFolder folder, params string[] more) => ServeUnderAsync([], folder, more);

    /// <summary>The same, run by a program that runs another one: the arguments before that.</summary>
    public static async Task<ServeProcess> ServeUnderAsync(string[] under, TempFolder folder, params string[] more)
    {
        // A small country table: the real ones are a second's work for a processor, each time.
        folder.Write("countries/some.csv", "9.9.9.0,9.9.9.255,UG\n2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,UG\n");
        string[] folders = ["--data", folder["data"], "--manifests", folder["manifests"], "--countries", folder["countries"]];
        var serve = new ServeProcess(Start(["serve", .. folders, "--listen", "127.0.0.1:0", .. more], under));
        var line = await serve._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);
        serve.Address = new Uri(line![("listening on ".Length)..]);
        return serve;
    }

    /// <summary>Runs `tallymark` to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    /// <summary>Waits for a line of standard error that contains a text.</summary>
    public async Task SaysAsync(string text)
    {
        await foreach (var line in _errors.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"It ended without saying: {text}");
    }

    /// <summary>The process that was started: the collector, unless something runs it as a child of its own.</summary>
    public int Id => _process.Id;

    public void Signal(string name, int? id = null)
    {
        using var kill = Process.Start("kill", [$"-{name}", (id ?? _process.Id).ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>The exit code, and what else it wrote to standard output.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        _process.Dispose();
    }

    static Process Start(IReadOnlyList<string> arguments, params string[] under)
    {
        var start = new ProcessStartInfo(under is [var program, ..] ? program : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in under is [_, .. var rest] ? [.. rest, "dotnet"] : under)
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "tallymark.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Settings from elsewhere must make no difference.
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:1";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return Process.Start(start)!;
    }
}
