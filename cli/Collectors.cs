// SPDX-License-Identifier: MIT
// What the commands for operators have in common: the data folder's option, the running collector, and how they fail.

using System.CommandLine;

namespace Tallymark.Cli;

static class Collectors
{
    public static Option<string> DataOption() => new("--data")
    {
        DefaultValueFactory = _ => ToolData.DefaultFolder,
        Description = "The collector's data folder. A running collector is asked through its socket there.",
    };

    /// <summary>Asks the collector of a data folder.</summary>
    /// <exception cref="ControlException">None runs.</exception>
    public static T Ask<T>(string folder, Func<ControlClient, T> question)
    {
        using var collector = ControlClient.TryConnect(folder)
            ?? throw new ControlException($"No collector runs on {folder}. Give the data folder of a running one with --data.");
        return question(collector);
    }

    /// <summary>Runs a command; what keeps it from its work is one message on standard error and the code 1.</summary>
    public static int Run(string command, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is ControlException or StoreException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark {command}: {e.Message}");
            return 1;
        }
    }

    /// <summary>The folder, if it is there: a command that only looks must not make one.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public static Collector.DataFolder Folder(string path) => Directory.Exists(path)
        ? Collector.DataFolder.Open(path)
        : throw new DirectoryNotFoundException($"There is no folder {path}. Give the collector's data folder with --data.");
}
