// SPDX-License-Identifier: MIT
// `tallymark review`: the form that a foundation asks a project to fill in, from its manifest.

using System.CommandLine;

namespace Tallymark.Cli;

static class ReviewCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest (telemetry.yaml)." };
        var command = new Command(
            "review",
            "Print the form of a foundation's review, as Markdown: what is collected, whether it could be personal, an identifier or sensitive, " +
            "how users are told and can say no. What only people can answer is left blank. Exit codes: 0 printed; 1 the manifest has errors; " +
            "2 the file could not be read.")
        {
            file,
        };
        command.SetAction(result => ManifestFile.Print(result.GetRequiredValue(file), "review", ReviewForm.Markdown));
        return command;
    }
}
