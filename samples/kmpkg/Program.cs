// SPDX-License-Identifier: MIT
namespace Kmpkg;

static class Program
{
    static int Main(string[] args)
    {
        // Handled before anything else, so that it works and records nothing whatever the other arguments are.
        if (args is ["telemetry", .. var verb]) return KmpkgTelemetry.Command(verb);

        using var telemetry = KmpkgTelemetry.Start(args);
        return CommandLine.Create(telemetry).Parse(args).Invoke();
    }
}
