// SPDX-License-Identifier: MIT
namespace Kmpkg;

static class Program
{
    static int Main(string[] args)
    {
        // Handled before anything else, so that it works and records nothing whatever the other arguments are.
        if (VerbIn(args) is { } verb) return KmpkgTelemetry.Command(verb);

        using var telemetry = KmpkgTelemetry.Start(args);
        return CommandLine.Create(telemetry).Parse(args).Invoke();
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
