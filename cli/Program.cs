// SPDX-License-Identifier: MIT
// The `tallymark` command. Its subcommands are in Author, Operator and Publisher, one file each.

using System.CommandLine;

StandardStreams.Prepare();
var root = new RootCommand(
    "Anonymous usage telemetry for developer tools. Exit codes: 0 done; 1 refused or failed, see standard error; 2 " +
    "invalid command line, or a file could not be read.")
{
    ServeCommand.Create(),
    TokenCommand.Create(),
    StatusCommand.Create(),
    ReloadCommand.Create(),
    AuditCommand.Create(),
    QueryCommand.Create(),
    QueryCommand.CreateChild(),
    BackupCommand.Create(),
    VerifyCommand.Create(),
    RepairCommand.Create(),
    PublishCommand.Create(),
};
foreach (var one in AuthorCommands.Create())
    root.Add(one);

return await CommandRun.RunAsync(root, args);
