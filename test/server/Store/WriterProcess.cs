// SPDX-License-Identifier: MIT
// A real process that writes to a store: can be killed, traced, and held to a file size.

using System.Diagnostics;

namespace Tallymark.Store.Tests;

/// <summary>A running Tallymark.Store.Writer.</summary>
sealed class WriterProcess : IDisposable
{
    readonly Process _process;

    WriterProcess(Process process) => _process = process;

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Tallymark.Store.Writer");

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <summary>
    /// Starts it, behind <paramref name="before"/> where there is something to go before it (strace, a shell).
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

        // Else a runtime that is held to a file size could not compile: it maps its code from a memory file.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new WriterProcess(
            Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start."));
    }

    /// <summary>The next line that it says; null after its end.</summary>
    public string? Line() => _process.StandardOutput.ReadLine();

    /// <summary>Lets it go on if it was started with <c>ask</c>, and gives what it answers.</summary>
    public string? Ask(string wish = "")
    {
        _process.StandardInput.WriteLine(wish);
        return Line();
    }

    /// <summary>Lets it close the store.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    /// <summary>Kills it, as `kill -9` does, and gives what it had said and nobody had read.</summary>
    public IEnumerable<string> Kill()
    {
        _process.Kill();
        return Rest();
    }

    /// <summary>Waits for its end and gives what nobody had read.</summary>
    public IEnumerable<string> Rest()
    {
        var rest = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();

        // The last line may have been torn by the kill: then nobody was told.
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
