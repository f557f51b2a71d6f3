// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.Store.Tests;

/// <summary>A running Tallymark.Store.Writer: a process that can be killed, traced and limited.</summary>
sealed class WriterProcess : IDisposable
{
    readonly Process _process;

    WriterProcess(Process process) => _process = process;

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Tallymark.Store.Writer");

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <summary>
    /// Starts it, with <paramref name="before"/> in front of its command (strace, a shell).
    /// </summary>
    public static WriterProcess Start(IEnumerable<string> before, params string[] arguments)
    {
        string[] command = [.. before, Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Otherwise a runtime with a limited file size could not compile: it maps its code from a memory file.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new WriterProcess(
            Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start."));
    }

    /// <summary>The next line of its output; null after its end.</summary>
    public string? Line() => _process.StandardOutput.ReadLine();

    /// <summary>Sends a request, if it was started with <c>ask</c>, and returns its answer.</summary>
    public string? Ask(string request = "")
    {
        _process.StandardInput.WriteLine(request);
        return Line();
    }

    /// <summary>Ends it normally, so that it closes the store.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    /// <summary>Kills it with SIGKILL and returns the unread lines of its output.</summary>
    public IEnumerable<string> Kill()
    {
        _process.Kill();
        return Rest();
    }

    /// <summary>Waits for its end and returns the unread lines of its output.</summary>
    public IEnumerable<string> Rest()
    {
        var rest = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();

        // The kill may have interrupted the last line: it acknowledged nothing.
        var whole = rest[..(rest.LastIndexOf('\n') + 1)];
        return whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
