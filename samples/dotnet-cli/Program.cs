// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Dn;

static class Program
{
    static int Main(string[] args)
    {
        Samples.StandardError.Use();
        return Run(args);
    }

    static int Run(string[] args) => args switch
    {
        // The driver alone records nothing: help, an application, and the verbs that control telemetry.
        [] => Invoke([], ["--help"]),
        [var path, .. var rest] when path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) =>
            Application.Run(path, rest),
        ["telemetry", .. var verb] => DotnetCliTelemetry.Command(verb),
        _ => Invoke(args, args),
    };

    static int Invoke(string[] args, string[] line)
    {
        var parsed = CommandLine.Create(args).Parse(line);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The help could not be printed.
            return Problems.Print(e.Message, ExitCode.NoAccess);
        }
        catch (Exception crash)
        {
            return Problems.Print($"dn has crashed: {crash}", ExitCode.Crash);
        }
    }
}
