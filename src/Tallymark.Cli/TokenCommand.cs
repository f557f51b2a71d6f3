// SPDX-License-Identifier: MIT
// `tallymark token`: a new access token for the live view, shown once.

using System;
using System.CommandLine;
using System.IO;
using Tallymark.Collector;
using Tallymark.Collector.Access;

namespace Tallymark.Cli;

static class TokenCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Required = true, Description = "The collector's data folder." };
        var command = new Command("token", "Make an access token for the live view, shown once: only its hash is kept.")
        {
            data,
        };
        command.SetAction(result => Run(result.GetRequiredValue(data)));
        return command;
    }

    static int Run(string data)
    {
        try
        {
            Console.Out.WriteLine(new TokenFile(DataFolder.Open(data)).Add(TimeProvider.System.GetUtcNow()));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark token: {e.Message}");
            return 1;
        }
    }
}
