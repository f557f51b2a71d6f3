// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark typescript</c>: the types with which a web page names its components.</summary>
static class TypeScriptCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest (telemetry.yaml)." };
        var output = new Option<string>("--out")
        {
            HelpName = "FILE",
            Description = "Write the types to this file, if they have changed. Default: standard output.",
        };
        var command = new Command(
            "typescript",
            "Print the TypeScript types of a manifest's page event, so that a misspelt component id does not " +
            "compile. Exit codes: 0 printed; 1 the manifest has errors or no event with `source: page`; 2 a file " +
            "could not be read or written.")
        {
            file, output,
        };
        command.SetAction(result => Run(result.GetRequiredValue(file), result.GetValue(output)));
        return command;
    }

    static int Run(string path, string? output)
    {
        if (ManifestFile.Read(path, "typescript") is not { } result)
            return ManifestFile.Unreadable;
        if (result.Manifest is not { } manifest)
            return ManifestFile.PrintErrors(result, path);
        if (PageTypes.TypeScript(manifest) is not { } types)
        {
            Console.Error.WriteLine(
                $"tallymark typescript: {path} has no event with `source: page`. Add one, or don't generate types.");
            return 1;
        }

        if (output is null)
            ManifestFile.PrintText(types);
        else if (!TryWrite(output, types))
            return ManifestFile.Unreadable;
        return 0;
    }

    // A build that watches the file does not start again if nothing has changed.
    static bool TryWrite(string output, string types)
    {
        try
        {
            if (!File.Exists(output) || File.ReadAllText(output) != types)
                File.WriteAllText(output, types);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark typescript: {output} can't be written: {e.Message}");
            return false;
        }
    }
}
