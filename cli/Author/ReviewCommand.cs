// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark review</c>: a foundation's review form, filled in from the manifest.</summary>
static class ReviewCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A manifest (telemetry.yaml)." };
        var command = new Command(
            "review",
            "Print a foundation's review form as Markdown: which data is collected, whether it could be personal, " +
            "identifying or sensitive, how users are informed and how they can opt out. Answers that only people can " +
            "give are left blank. Exit codes: 0 printed; 1 the manifest has errors; 2 the file could not be read.")
        {
            file,
        };
        command.SetAction(result => ManifestFile.Print(result.GetRequiredValue(file), "review", ReviewForm.Markdown));
        return command;
    }
}
