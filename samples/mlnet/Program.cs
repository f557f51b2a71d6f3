// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Mlnet;

static class Program
{
    // Telemetry starts inside the commands that record (Invocation), so `mlnet` alone, help, and an invalid command
    // line neither record anything nor show the notice.
    static int Main(string[] args)
    {
        Samples.StandardError.Use();

        // A value that begins with @, such as a column's name, is not the name of a file of arguments.
        return CommandLine.Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).Invoke();
    }
}
