// SPDX-License-Identifier: MIT
// The work of each compared program: read a small file, count its lines, print the number. A tool can hardly do less.

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
