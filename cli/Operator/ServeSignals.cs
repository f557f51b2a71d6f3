// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Tallymark.Cli;

/// <summary>
/// The signals of <c>tallymark serve</c>: SIGTERM and SIGINT end it after everything received is committed, SIGHUP
/// reloads. Several SIGHUP during a reload cause one more.
/// </summary>
sealed class ServeSignals : IDisposable
{
    readonly PosixSignalRegistration[] _registrations;
    readonly SemaphoreSlim _signalled = new(0);
    volatile bool _stop;
    volatile bool _reload;

    public ServeSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => On(signal, stop: true)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => On(signal, stop: true)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => On(signal, stop: false)),
    ];

    /// <summary>Returns at the first signal to stop; reloads at each other one.</summary>
    public async Task UntilStopAsync(Func<Task> reload)
    {
        while (true)
        {
            await _signalled.WaitAsync();
            if (_stop)
                return;
            if (!_reload)
                continue;
            _reload = false; // before: a file that changes during the reload needs another one
            await reload();
        }
    }

    /// <summary>Leaves the signals to the system again.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _signalled.Dispose();
    }

    void On(PosixSignalContext signal, bool stop)
    {
        signal.Cancel = true; // the default action ends the process at once
        if (stop)
            _stop = true;
        else
            _reload = true;
        _signalled.Release();
    }
}
