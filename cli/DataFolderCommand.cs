// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary>Shared by the commands that work on a collector's data folder.</summary>
static class DataFolderCommand
{
    public static Option<string> DataOption() => new("--data")
    {
        DefaultValueFactory = _ => ToolSource.DefaultFolder,
        Description = "The collector's data folder. If a collector is running on it, the command goes through it.",
    };

    /// <summary>Asks the running collector of a data folder.</summary>
    /// <exception cref="ControlException">No collector is running, or it did not answer.</exception>
    public static T Ask<T>(string folder, Func<ControlClient, T> request)
    {
        using var collector = ControlClient.TryConnect(folder)
            ?? throw new ControlException(
                $"No collector is running on {folder}. Start it, or name the folder of a running one with --data.");
        return request(collector);
    }

    /// <summary>Runs a command. An expected failure is one message on standard error and exit code 1.</summary>
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

    /// <summary>Opens a data folder that exists. A command that only reads must not create one.</summary>
    /// <exception cref="IOException">The folder does not exist.</exception>
    public static DataFolder OpenExisting(string path) => Directory.Exists(path)
        ? DataFolder.Open(path)
        : throw new DirectoryNotFoundException($"{path} does not exist. Name the collector's data folder with --data.");

    /// <summary>The names of the tools in a data folder, sorted.</summary>
    public static IReadOnlyList<string> ToolsIn(DataFolder data) => Directory.Exists(data.Tools)
        ? [.. Directory.GetDirectories(data.Tools).Select(Path.GetFileName).Order(StringComparer.Ordinal)!]
        : [];

    /// <summary>The failure of a command that needs a data folder for itself.</summary>
    public static StoreException InUse(string folder) => new(
        $"Another process has {folder} open and does not answer on its socket. Wait until it ends, or stop it.");
}
