// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Tallymark.Tests;

/// <summary>
/// Runs the sample tool, or another program, as a process of a home, with only that home's variables.
/// </summary>
static class Processes
{
    internal static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample-tool");

    internal static Task<ProcessResult> Run(Home home, params string[] args) => RunOther(home, Sample, args);

    /// <summary>Runs the sample tool with a listening collector.</summary>
    internal static Task<ProcessResult> Run(Home home, Listener collector, params string[] args)
    {
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        return RunOther(home, Sample, args);
    }

    /// <summary>
    /// Runs the sample tool with the home's policy file as the machine's, in a separate mount namespace.
    /// </summary>
    internal static Task<ProcessResult> RunWithPolicy(Home home, params string[] args) =>
        RunOther(home, "unshare", ["-m", "sh", "-c",
            "mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt && mkdir -p /mnt/etc/tallymark"
            + " && cp \"$HOME/policy\" /mnt/etc/tallymark/policy && mount --bind /mnt/etc /etc && exec \"$0\" \"$@\"",
            Sample, .. args]);

    internal static Task<ProcessResult> RunOther(Home home, string program, params string[] args) =>
        ProcessRun.Run(program, args, home.All);

    internal static Process Start(Home home, string program, params string[] args) =>
        ProcessRun.Start(program, args, home.All);

    internal static void SkipUnlessMounts()
    {
        var able = false;
        if (OperatingSystem.IsLinux() && Libc.geteuid() == 0)
        {
            using var probe = Process.Start(
                new ProcessStartInfo("unshare", "-m true") { RedirectStandardError = true })!;
            probe.WaitForExit();
            able = probe.ExitCode == 0;
        }

        Assert.SkipUnless(able, "mounting in a separate namespace requires root");
    }
}
