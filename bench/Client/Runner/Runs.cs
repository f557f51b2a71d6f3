// SPDX-License-Identifier: MIT
// Starts a program and measures it from outside: until it has ended and the reader of its output has seen the end.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tallymark.Bench;

/// <summary>What one run cost.</summary>
/// <param name="Elapsed">Wall clock, in milliseconds.</param>
/// <param name="Processor">Processor time of the process, its threads included, in milliseconds.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct Cost(double Elapsed, double Processor);

static unsafe partial class Runs
{
    const int OfChildren = -1;

    /// <summary>Runs it once; it must succeed and print <paramref name="output"/>.</summary>
    internal static Cost Measure(string program, string[] arguments, string home, (string, string)[] variables, string output)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Clean(start, home, variables);
        var before = OfEndedChildren();
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (process.ExitCode != 0 || printed != output)
            throw new BenchException($"{program} ended with {process.ExitCode} and printed '{printed}', not '{output}'.");
        return new Cost(elapsed, OfEndedChildren() - before);
    }

    /// <summary>Runs a program that measures itself, and gives what it prints.</summary>
    internal static string Ask(string program, string[] arguments, string home)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        Clean(start, home, []);
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? printed : throw new BenchException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Nothing of this process's environment but the way to the runtime: no CI, no agent, no opt-out.</summary>
    internal static void Clean(ProcessStartInfo start, string home, (string Name, string Value)[] variables)
    {
        start.Environment.Clear();
        foreach (var name in new[] { "PATH", "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        start.Environment["HOME"] = home;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
    }

    /// <summary>Waits until no process of that program is there any more: a detached uploader is nobody's child.</summary>
    internal static void WaitForNone(string program)
    {
        var waited = Stopwatch.StartNew();
        while (IsRunning(program))
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(90))
                throw new BenchException("An uploader does not end: " + program);
            Thread.Sleep(5);
        }
    }

    static bool IsRunning(string program)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ResolveLinkTarget(folder + "/exe", false)?.FullName == program)
                    return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended while we looked, or is somebody else's.
            }
        }

        return false;
    }

    // struct rusage begins with user and system time, each as seconds and microseconds. A process counts once it was waited for.
    static double OfEndedChildren()
    {
        var usage = stackalloc long[32];
        return GetUsage(OfChildren, usage) == 0
            ? (usage[0] + usage[2]) * 1000.0 + (usage[1] + usage[3]) / 1000.0
            : throw new BenchException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, long* usage);
}
