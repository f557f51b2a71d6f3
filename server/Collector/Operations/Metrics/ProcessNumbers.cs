// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Tallymark.Collector.Operations;

/// <summary>Numbers of this process, from the system. Stateless.</summary>
static class ProcessNumbers
{
    /// <summary>Processor time, in seconds.</summary>
    public static double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Memory in use, in bytes.</summary>
    public static long ResidentBytes => Environment.WorkingSet;

    /// <summary>The start, in seconds since 1970.</summary>
    public static double StartSeconds { get; } = Start();

    /// <summary>The number of threads.</summary>
    public static long Threads
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.Threads.Count;
        }
    }

    /// <summary>Open files and connections; 0: the system does not say.</summary>
    public static long OpenFiles
    {
        get
        {
            const string Folder = "/proc/self/fd";
            try
            {
                return Directory.Exists(Folder) ? Directory.GetFileSystemEntries(Folder).Length : 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>The most files that may be open; 0: the system does not say.</summary>
    public static long MaxOpenFiles
    {
        get
        {
            const string Line = "Max open files";
            try
            {
                var text = File.ReadLines("/proc/self/limits").FirstOrDefault(
                    line => line.StartsWith(Line, StringComparison.Ordinal));
                var soft = text?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    static double Start()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }
}
