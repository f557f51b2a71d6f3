// SPDX-License-Identifier: MIT
// What each of the compared programs does: read a small file, count its lines, print the number. As little as a tool can do.

namespace Tallymark.Bench;

static class Work
{
    /// <summary>Counts the lines of a file and prints how many there are.</summary>
    internal static int CountLines(string path)
    {
        var lines = 0;
        foreach (var one in File.ReadAllText(path))
        {
            if (one == '\n')
                lines++;
        }

        Console.WriteLine(lines);
        return lines;
    }
}
