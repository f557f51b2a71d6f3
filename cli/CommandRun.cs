// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tallymark.Cli;

/// <summary>
/// Runs a command line: 1. add the options that the environment or a file sets, 2. report mistakes, one line each,
/// 3. run the command, which may find that an option names an address that can't be used. Whatever happens, an error is
/// a line on standard error and never a stack trace.
/// </summary>
static class CommandRun
{
    const int Failed = 1;
    const int InvalidCommandLine = 2;

    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        if (TryParse(root, arguments) is not { } parsed)
            return InvalidCommandLine;
        var settings = ConfiguredOptions.None;
        if (parsed.Action is { ClearsParseErrors: true })
            return await InvokeAsync(parsed, settings); // --help and --version need no settings
        try
        {
            settings = ConfiguredOptions.Read(parsed);                           // 1
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return Refuse(parsed, [e.Message]);
        }

        if (settings.Arguments.Count > 0)
        {
            if (TryParse(root, [.. arguments, .. settings.Arguments]) is not { } all)
                return InvalidCommandLine;
            parsed = all;
        }

        var mistakes = Mistakes(parsed);                                          // 2
        return mistakes.Count > 0
            ? Refuse(parsed, mistakes.Select(settings.WithOrigin))
            : await InvokeAsync(parsed, settings);                                // 3
    }

    // A check of several options together throws if one of them is given twice or without a value.
    static ParseResult? TryParse(RootCommand root, IReadOnlyList<string> arguments)
    {
        try
        {
            return root.Parse(arguments);
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"tallymark {arguments[0]}: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    static List<string> Mistakes(ParseResult parsed)
    {
        List<string> mistakes = [.. parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" "))];
        if (mistakes.Count > 0)
            return mistakes;
        foreach (var one in parsed.CommandResult.Children)
        {
            if (one.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                mistakes.Add($"{NameOf(one)}: the value is empty.");
        }

        return mistakes;
    }

    static string NameOf(SymbolResult result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => "",
    };

    static int Refuse(ParseResult parsed, IEnumerable<string> mistakes)
    {
        var command = NameOf(parsed.CommandResult.Command);
        foreach (var mistake in mistakes)
            Console.Error.WriteLine($"{command}: {mistake} See {command} --help.");
        return InvalidCommandLine;
    }

    static async Task<int> InvokeAsync(ParseResult parsed, ConfiguredOptions settings)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Commands handle signals themselves: `serve` must commit everything it received, however long that
                // takes.
                ProcessTerminationTimeout = null,
            });
        }
        catch (ListenException e)
        {
            return Refuse(parsed, [settings.WithOrigin(e.Message)]);
        }
        catch (Exception e) // the edge of the program
        {
            Console.Error.WriteLine(
                $"{NameOf(parsed.CommandResult.Command)}: {Describe(e).ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    static string Describe(Exception e) => e is IOException or UnauthorizedAccessException or StoreException
        ? e.Message
        : $"internal error, please report it: {e.GetType().Name}: {e.Message} "
            + (e.StackTrace?.Split('\n', 2)[0].Trim() ?? "");

    static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent
            ? $"{NameOf(parent)} {command.Name}"
            : "tallymark";
}
