// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Bench;

/// <summary>Counts stored events with DuckDB's own client, apart from the code that stored them.</summary>
static class StoreReader
{
    /// <summary>The number of events in a tool's folder.</summary>
    /// <param name="script">The path of <c>eng/reader/read-store.mjs</c>.</param>
    /// <param name="folder">The tool's folder in the data folder of a stopped collector.</param>
    public static long Count(string script, string folder)
    {
        var start = new ProcessStartInfo("node", [script, "--count", folder])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? long.Parse(printed, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The store can't be read.");
    }
}
