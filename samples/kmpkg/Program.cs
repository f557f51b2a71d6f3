// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Kmpkg;

static class Program
{
    static int Main(string[] args)
    {
        Samples.StandardError.Use();

        // Handled before anything else, so that it works and records nothing whatever the other arguments are.
        if (VerbIn(args) is { } verb) return KmpkgTelemetry.Command(verb);

        using var telemetry = KmpkgTelemetry.Start(args);
        var parsed = CommandLine.Create(telemetry).Parse(args);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The help could not be printed.
            return (int)new Problem(ExitCode.NoAccess, e.Message).Report();
        }
        catch (Exception crash)
        {
            // The event has recorded where it happened, and nothing else. The user gets everything.
            return (int)new Problem(ExitCode.Crash, $"kmpkg has crashed: {crash}").Report();
        }
    }

    /// <summary>
    /// The arguments without the word <c>telemetry</c> if it is the first one after the options that the SDK evaluates;
    /// else null.
    /// </summary>
    static string[]? VerbIn(string[] args)
    {
        for (var at = 0; at < args.Length; at++)
        {
            if (args[at] == "telemetry") return [.. args[..at], .. args[(at + 1)..]];
            if (args[at] is not (KmpkgTelemetry.DisableOption or KmpkgTelemetry.ShowOption)) return null;
        }

        return null;
    }
}
