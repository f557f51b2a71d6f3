// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Threading.Channels;

namespace Tallymark.Support;

/// <summary>A running <c>tallymark serve</c>: its address, its log, signals to it. Thread-safe.</summary>
sealed class ServeProcess : IAsyncDisposable
{
    const string Ready = "listening on ";
    const string Operations = "operations on ";

    readonly Process _process;
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    readonly List<string> _log = [];
    readonly Lock _lock = new();

    ServeProcess(Process process)
    {
        _process = process;
        Ended = ReadErrors();
    }

    /// <summary>The address that it listens on.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where it serves its counters.</summary>
    public Uri Metrics { get; private set; } = null!;

    /// <summary>The id of the started process: the collector, unless another program runs it as its child.</summary>
    public int Id => _process.Id;

    /// <summary>The whole lines that it wrote to standard error until now.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
                return string.Concat(_log);
        }
    }

    /// <summary>Completes when it has closed standard error, with all lines of it.</summary>
    public Task<string> Ended { get; }

    /// <summary>Starts the collector and waits until it listens.</summary>
    /// <param name="command">
    /// The program and its arguments: <c>tallymark serve</c>, or a program such as strace that runs it.
    /// </param>
    /// <param name="environment">Its variables.</param>
    /// <param name="inherit">Whether it also gets the variables of the test.</param>
    public static async Task<ServeProcess> Start(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, bool inherit = false)
    {
        var process = ProcessRun.Start(command[0], command.Skip(1), environment, Path.GetTempPath(), inherit);
        process.StandardInput.Close();
        var serve = new ServeProcess(process);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
        {
            await serve.DisposeAsync();
            throw new InvalidOperationException($"the collector did not start: {line}\n{serve.Log}");
        }

        serve.Address = new Uri(line[Ready.Length..].Trim());
        var operations = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(Operations, operations, StringComparison.Ordinal);
        serve.Metrics = new Uri($"{operations![Operations.Length..].Trim()}/metrics");
        return serve;
    }

    /// <summary>Waits for a line of standard error that contains a text. A line is found once.</summary>
    public async Task WaitForLog(string text)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The process ended without writing: {text}");
    }

    /// <summary>Sends a signal to it, or to another process such as its child.</summary>
    public void Signal(string name, int? id = null) => Signals.Send(id ?? _process.Id, name);

    /// <summary>SIGKILL: the collector can't clean up. Waits for its end.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM: the collector drains and exits. Returns its end.</summary>
    public Task<ProcessResult> Stop()
    {
        Signal("TERM");
        return End();
    }

    /// <summary>Waits for its end. Returns the exit code, the rest of standard output, and the log.</summary>
    public async Task<ProcessResult> End()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProcessResult(_process.ExitCode, output, await Ended);
    }

    /// <summary>Kills it, if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await Ended;
        _process.Dispose();
    }

    async Task<string> ReadErrors()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_lock)
                _log.Add(line + "\n");
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
        return Log;
    }
}
