// SPDX-License-Identifier: MIT
// The `tallymark` command. Its subcommands are in Author, Operator and Publisher, one file each.

using System.CommandLine;
using System.CommandLine.Invocation;

var root = new RootCommand(
    "Anonymous usage telemetry for developer tools. Exit codes: 0 done; 1 refused or failed, see standard error; 2 " +
    "invalid command line, or a file could not be read.")
{
    CheckCommand.Create(),
    DictionaryCommand.Create(),
    ReviewCommand.Create(),
    TypeScriptCommand.Create(),
    ServeCommand.Create(),
    TokenCommand.Create(),
    StatusCommand.Create(),
    ReloadCommand.Create(),
    AuditCommand.Create(),
    QueryCommand.Create(),
    QueryCommand.CreateChild(),
    BackupCommand.Create(),
    RepairCommand.Create(),
    PublishCommand.Create(),
};

var command = root.Parse(args);

// Commands handle signals themselves: `serve` must commit everything it received, however long that takes.
var code = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return command.Action is ParseErrorAction ? 2 : code;
