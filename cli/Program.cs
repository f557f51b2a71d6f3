// SPDX-License-Identifier: MIT
// The `tallymark` command: one file a command, and this list of them.

using System.CommandLine;
using System.CommandLine.Invocation;

var root = new RootCommand(
    "Anonymous usage telemetry for developer tools. Exit codes: 0 done; 1 refused or failed, standard error says " +
    "why; 2 the command line was not understood or a file could not be read.")
{
    CheckCommand.Create(),
    DictionaryCommand.Create(),
    ReviewCommand.Create(),
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

// Commands answer signals themselves: `serve` must drain however long that takes.
var code = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return command.Action is ParseErrorAction ? 2 : code;
