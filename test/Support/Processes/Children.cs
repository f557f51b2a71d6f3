// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Tallymark.Support;

/// <summary>The children of a process (Linux).</summary>
static class Children
{
    /// <summary>The id of its only child now; fails the test if it has none or several.</summary>
    public static int OnlyOf(int parent) => int.Parse(
        Assert.Single(Directory.GetDirectories($"/proc/{parent}/task").SelectMany(OfThread)),
        CultureInfo.InvariantCulture);

    static string[] OfThread(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return []; // the thread has ended
        }
    }
}
