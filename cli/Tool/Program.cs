// SPDX-License-Identifier: MIT
// `tallymark` as a .NET tool: the commands for authors of a manifest. The collector's program has them too.

using System.CommandLine;
using System.CommandLine.Invocation;
using Tallymark.Cli;

var root = new RootCommand(
    "Checks telemetry manifests and prints what is generated from them. The commands of a collector (serve, publish, " +
    "query, ...) are in the collector's program. Exit codes: 0 done; 1 refused or failed, see standard error; 2 " +
    "invalid command line, or a file could not be read.");
foreach (var one in AuthorCommands.Create())
    root.Add(one);
var command = root.Parse(args);
var code = await command.InvokeAsync();
return command.Action is ParseErrorAction ? 2 : code;
