// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Support;

/// <summary>Sends POSIX signals by kill(1).</summary>
static class Signals
{
    /// <summary>Sends a signal to a process; fails the test if there is no such process.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="name">The signal without SIG: TERM, INT, KILL.</param>
    public static void Send(int id, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
