// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tallymark.Bench;

/// <summary>The cost of one run.</summary>
/// <param name="Elapsed">Wall clock, in milliseconds.</param>
/// <param name="Processor">Processor time of the process with all its threads, in milliseconds.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct Cost(double Elapsed, double Processor);

/// <summary>Starts a program and measures it from outside, until it has ended and its output has been read.</summary>
static unsafe partial class Runs
{
    const int RUSAGE_CHILDREN = -1;

    /// <summary>Runs a program once. It must succeed and print <paramref name="output"/>.</summary>
    internal static Cost Measure(
        string program, string[] arguments, string home, (string, string)[] variables, string output)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        CleanEnvironment(start, home, variables);
        var before = ProcessorTimeOfChildren();
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (process.ExitCode != 0 || printed != output)
        {
            throw new BenchException(
                $"{program} ended with {process.ExitCode} and printed '{printed}' instead of '{output}'.");
        }

        return new Cost(elapsed, ProcessorTimeOfChildren() - before);
    }

    /// <summary>Runs a program that measures itself, and returns its output.</summary>
    internal static string Ask(string program, string[] arguments, string home)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        CleanEnvironment(start, home, []);
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? printed : throw new BenchException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Removes the environment except the path to the runtime: no CI, no agent, no opt-out.</summary>
    internal static void CleanEnvironment(ProcessStartInfo start, string home, (string Name, string Value)[] variables)
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

    /// <summary>
    /// Waits until no process runs the program. A detached uploader is not a child of this process, so it can't be
    /// waited for directly.
    /// </summary>
    internal static void WaitUntilEnded(string program)
    {
        var waited = Stopwatch.StartNew();
        while (IsRunning(program))
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(90))
                throw new BenchException($"An uploader did not end within 90 seconds: {program}");
            Thread.Sleep(5);
        }
    }

    static bool IsRunning(string program)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (char.IsAsciiDigit(Path.GetFileName(folder)[0])
                    && File.ResolveLinkTarget(folder + "/exe", false)?.FullName == program)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended meanwhile, or belongs to another user.
            }
        }

        return false;
    }

    // struct rusage begins with user and system time, each as seconds and microseconds. A child is included once its
    // parent has waited for it.
    static double ProcessorTimeOfChildren()
    {
        var usage = stackalloc long[32];
        return GetUsage(RUSAGE_CHILDREN, usage) == 0
            ? (usage[0] + usage[2]) * 1000.0 + (usage[1] + usage[3]) / 1000.0
            : throw new BenchException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, long* usage);
}
