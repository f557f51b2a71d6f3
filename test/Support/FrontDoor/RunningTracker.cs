// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tallymark.FrontDoor;

/// <summary>A real MLflow server of a user, with its data in that user's home.</summary>
sealed partial class RunningTracker : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _errors;

    RunningTracker(Process process, Task<string> errors, string address) =>
        (_process, _errors, Address) = (process, errors, address);

    public string Address { get; }

    /// <summary>Starts it on a free port; the user's programs then track there.</summary>
    /// <param name="home">The user's home.</param>
    /// <param name="options">More options of the server.</param>
    public static async Task<RunningTracker> Start(MlflowHome home, params string[] options)
    {
        const string Ready = "listening on ";
        var process = Product.Start(
            SampleTool.MlflowServer.Path,
            ["--listen", "127.0.0.1:0", "--data", Path.Combine(home.Folder, "server"), .. options], home.Environment,
            home.WorkingFolder);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
            throw new InvalidOperationException($"the server did not start: {line}\n{await errors}");
        home.TrackingUri = line[Ready.Length..];
        return new RunningTracker(process, errors, home.TrackingUri);
    }

    /// <summary>SIGTERM: the server ends its requests and exits.</summary>
    public async Task<(int ExitCode, string Errors)> Stop()
    {
        Assert.Equal(0, SendSignal(_process.Id, 15));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _errors;
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
