// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Tallymark.Bench;

/// <summary>
/// A measured server as a process: started, observed (memory, processor time) and stopped from outside.
/// </summary>
sealed partial class ServerProcess : IDisposable
{
    const int Terminate = 15;
    const string Listening = "listening on http://";

    readonly Process _process;

    ServerProcess(Process process, IPEndPoint address)
    {
        _process = process;
        Address = address;
    }

    public IPEndPoint Address { get; }

    /// <param name="program">Prints its address when it is ready.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Variables in addition to those of this process.</param>
    public static ServerProcess Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine();
        return line is not null && line.StartsWith(Listening, StringComparison.Ordinal)
            ? new ServerProcess(process, IPEndPoint.Parse(line[Listening.Length..].TrimEnd('/')))
            : throw new InvalidOperationException($"{program} did not start: it printed '{line}'.");
    }

    /// <summary>Resident memory now, in MB.</summary>
    public long Memory() => Status("VmRSS:");

    /// <summary>The peak of its resident memory, in MB.</summary>
    public long PeakMemory() => Status("VmHWM:");

    /// <summary>The number of its threads.</summary>
    public int Threads() => Directory.GetDirectories($"/proc/{_process.Id}/task").Length;

    /// <summary>The number of its open files and sockets.</summary>
    public int Descriptors() => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Stops it and waits for its end; its exit code must be 0.</summary>
    public void Stop()
    {
        _process.StandardInput.Close();
        _ = Kill(_process.Id, Terminate);
        _process.WaitForExit();
        if (_process.ExitCode is not (0 or 128 + Terminate))
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    long Status(string name)
    {
        foreach (var line in File.ReadLines($"/proc/{_process.Id}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)
                    .Trim(), CultureInfo.InvariantCulture) / 1024;
        }

        throw new InvalidOperationException($"/proc has no {name}");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
