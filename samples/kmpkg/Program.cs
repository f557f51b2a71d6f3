// SPDX-License-Identifier: MIT
// The way in: the command line is read, one command runs, its exit code goes back.

namespace Kmpkg;

static class Program
{
    static int Main(string[] args)
    {
        // On its own, so that it works and records nothing whatever else was typed.
        if (args is ["telemetry", .. var verb]) return KmpkgTelemetry.Command(verb);

        using var telemetry = KmpkgTelemetry.Start(args);
        return CommandLine.Create(telemetry).Parse(args).Invoke();
    }
}
