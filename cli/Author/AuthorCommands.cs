// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary>The commands for authors of a manifest. They need no collector and no data folder.</summary>
static class AuthorCommands
{
    /// <summary>A new object for each, in the order of the help.</summary>
    public static IEnumerable<Command> Create() =>
    [
        CheckCommand.Create(),
        DiffCommand.Create(),
        DictionaryCommand.Create(),
        ReviewCommand.Create(),
        TypeScriptCommand.Create(),
        SchemaCommand.Create(),
    ];
}
