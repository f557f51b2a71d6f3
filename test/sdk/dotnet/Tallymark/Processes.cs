// SPDX-License-Identifier: MIT
// Runs the sample tool as a process of a home, with that home's variables and no others.

using System.Diagnostics;
using System.Text;

namespace Tallymark.Tests;

static class Processes
{
    internal static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample-tool");

    internal sealed record Ended(int Code, string Output, string Error);

    internal static Task<Ended> Run(Home home, params string[] args) => RunOther(home, Sample, args);

    /// <summary>With a collector that listens.</summary>
    internal static Task<Ended> Run(Home home, Listener collector, params string[] args)
    {
        home["TALLYMARK_ENDPOINT"] = collector.Address;
        return RunOther(home, Sample, args);
    }

    /// <summary>With the home's policy file as the machine's, in a mount namespace of its own.</summary>
    internal static Task<Ended> RunWithPolicy(Home home, params string[] args) =>
        RunOther(home, "unshare", ["-m", "sh", "-c",
            "mount -t tmpfs tmpfs /mnt && cp -a /etc /mnt && mkdir -p /mnt/etc/tallymark && cp \"$HOME/policy\" /mnt/etc/tallymark/policy"
            + " && mount --bind /mnt/etc /etc && exec \"$0\" \"$@\"",
            Sample, .. args]);

    internal static async Task<Ended> RunOther(Home home, string program, params string[] args)
    {
        using var process = Begin(home, program, args);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }

    internal static Process Begin(Home home, string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        if (root is not null)
            start.Environment["DOTNET_ROOT"] = root;
        foreach (var (name, value) in home.All)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    internal static void SkipUnlessMounts()
    {
        var able = false;
        if (OperatingSystem.IsLinux() && Libc.User() == 0)
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare", "-m true") { RedirectStandardError = true })!;
            probe.WaitForExit();
            able = probe.ExitCode == 0;
        }

        Assert.SkipUnless(able, "mounts in a namespace of its own need root");
    }
}
