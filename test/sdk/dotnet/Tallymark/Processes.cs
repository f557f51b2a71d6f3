// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Tests;

/// <summary>
/// Runs the sample tool, or another program, as a process of a home, with only that home's variables.
/// </summary>
static class Processes
{
    internal static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample-tool");

    internal static Task<ProcessResult> Run(UserHome home, params string[] args) => RunOther(home, Sample, args);

    /// <summary>Runs the sample tool with a listening collector.</summary>
    internal static Task<ProcessResult> Run(UserHome home, Listener collector, params string[] args)
    {
        home.Collector = collector.Address;
        return RunOther(home, Sample, args);
    }

    /// <summary>
    /// Runs the sample tool with the home's policy file as the machine's, in a separate mount namespace.
    /// </summary>
    internal static Task<ProcessResult> RunWithPolicy(UserHome home, params string[] args) =>
        RunOther(home, "unshare", ["-m", "sh", "-c",
            "mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt && mkdir -p /mnt/etc/tallymark"
            + " && cp \"$HOME/policy\" /mnt/etc/tallymark/policy && mount --bind /mnt/etc /etc && exec \"$0\" \"$@\"",
            Sample, .. args]);

    internal static Task<ProcessResult> RunOther(UserHome home, string program, params string[] args) =>
        ProcessRun.Run(program, args, home.All);

    internal static Process Start(UserHome home, string program, params string[] args) =>
        ProcessRun.Start(program, args, home.All);

    /// <summary>
    /// Repeats a run that is killed before its first, second, ... call until a run ends by itself. Returns the number
    /// of killed runs. Skips the test without strace(1).
    /// </summary>
    /// <param name="run">A run for the number of a call, from 1; true if it was killed.</param>
    internal static async Task<int> CountKills(Func<int, Task<bool>> run)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace(1) kills it before its nth call");
        var killed = 0;
        while (await run(killed + 1))
            killed++;
        return killed;
    }

    /// <summary>
    /// Runs the sample tool under strace(1), which kills it before its nth call of these names. Returns whether it was
    /// killed.
    /// </summary>
    internal static async Task<bool> RunKilledBefore(UserHome home, string calls, int call, params string[] args)
    {
        var inject = string.Create(CultureInfo.InvariantCulture, $"inject={calls}:signal=KILL:when={call}");
        var ended = await RunOther(
            home, "strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", inject, Sample, .. args]);
        return ended.ExitCode != 0;
    }

    internal static void SkipUnlessMounts()
    {
        var able = OperatingSystem.IsLinux() && Libc.geteuid() == 0 && Programs.Works("unshare", "-m", "true");
        Assert.SkipUnless(able, "mounting in a separate namespace requires root");
    }
}
