// SPDX-License-Identifier: MIT
namespace Dn;

static class Program
{
    static int Main(string[] args) => args switch
    {
        // The driver alone records nothing: help, an application, and the verbs that control telemetry.
        [] => CommandLine.Create([]).Parse(["--help"]).Invoke(),
        [var path, .. var rest] when path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) =>
            Application.Run(path, rest),
        ["telemetry", .. var verb] => DotnetCliTelemetry.Command(verb),
        _ => CommandLine.Create(args).Parse(args).Invoke(),
    };
}
