// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark dictionary</c>: everything a manifest collects, and why.</summary>
static class DictionaryCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest (telemetry.yaml)." };
        var json = new Option<bool>("--json") { Description = "Write JSON instead of Markdown." };
        var command = new Command(
            "dictionary",
            "Print the data dictionary of a manifest: every event and field, published or not, and why it is " +
            "collected. Exit codes: 0 printed; 1 the manifest has errors; 2 the file could not be read.")
        {
            file, json,
        };
        command.SetAction(result => ManifestFile.Print(
            result.GetRequiredValue(file), "dictionary",
            result.GetValue(json) ? DataDictionary.Json : DataDictionary.Markdown));
        return command;
    }
}
