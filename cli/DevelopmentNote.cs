// SPDX-License-Identifier: MIT

namespace Tallymark.Cli;

/// <summary>
/// Says that a tool has events of development builds, which no count, chart or published file contains. Without it, the
/// author's own first events seem to be lost.
/// </summary>
static class DevelopmentNote
{
    /// <summary>Writes the note to standard error if there are such events.</summary>
    /// <param name="command">The command that leaves them out.</param>
    /// <param name="folder">The collector's data folder.</param>
    /// <param name="tool">The tool.</param>
    public static void Write(string command, string folder, string tool)
    {
        if (EventsOf(folder, tool) is > 0 and var events)
            Console.Error.WriteLine($"tallymark {command}: {Text(tool, events)}");
    }

    /// <summary>The note.</summary>
    public static string Text(string tool, long events) =>
        $"{events} event{(events == 1 ? "" : "s")} of development builds of {tool} (debug builds) are stored apart and "
        + $"in no count. See them: tallymark query --tool {tool} \"SELECT * FROM dev.EVENT\".";

    static long EventsOf(string folder, string tool)
    {
        using var collector = ControlClient.TryConnect(folder);
        var status = collector?.Status()
            ?? OfflineStatus.Read(
                DataFolder.Open(folder), one => DuckDbEventStore.SizeOf(folder, one), TimeProvider.System);
        return status.Tools.FirstOrDefault(one => one.Tool == tool)?.Development ?? 0;
    }
}
