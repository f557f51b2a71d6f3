// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Tallymark.Collector.Tests;

/// <summary>A real <c>tallymark</c> process, its output, and signals to it.</summary>
sealed class CollectorProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    readonly List<string> _log = [];
    readonly Lock _lock = new();

    CollectorProcess(Process process)
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

    /// <summary>Starts <c>tallymark serve</c> on a free port and waits until it answers.</summary>
    public static Task<CollectorProcess> ServeAsync(TempFolder folder, params string[] more) =>
        ServeUnderAsync([], folder, more);

    /// <summary>Does the same under a program that runs another one, such as strace.</summary>
    /// <param name="under">The program and its arguments.</param>
    /// <param name="folder">The folder with the manifests; gets the data.</param>
    /// <param name="more">Further options of <c>tallymark serve</c>.</param>
    public static async Task<CollectorProcess> ServeUnderAsync(string[] under, TempFolder folder, params string[] more)
    {
        // A small country table: loading the real ones takes a second of processor time on each start.
        folder.Write("countries/some.csv",
            "9.9.9.0,9.9.9.255,UG\n2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,UG\n");
        string[] folders =
            ["--data", folder["data"], "--manifests", folder["manifests"], "--countries", folder["countries"]];
        var serve = new CollectorProcess(Start(["serve", .. folders, "--listen", "127.0.0.1:0", .. more], under));
        var line = await serve._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);
        serve.Address = new Uri(line![("listening on ".Length)..]);
        return serve;
    }

    /// <summary>Runs <c>tallymark</c> until it exits.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    /// <summary>Waits for a line of standard error that contains a text.</summary>
    public async Task WaitForLogAsync(string text)
    {
        await foreach (var line in _errors.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The process ended without writing: {text}");
    }

    /// <summary>The id of the started process: the collector, unless another program runs it as its child.</summary>
    public int Id => _process.Id;

    public void Signal(string name, int? id = null)
    {
        using var kill =
            Process.Start("kill", [$"-{name}", (id ?? _process.Id).ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for the end. Returns the exit code and the rest of standard output.</summary>
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
        // Settings of the host framework must make no difference.
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:1";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return Process.Start(start)!;
    }
}
