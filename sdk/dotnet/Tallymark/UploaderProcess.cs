// SPDX-License-Identifier: MIT
// The uploader's process: when it is started, and where such a process leaves the program's way.

using System.ComponentModel;

namespace Tallymark;

/// <summary>For generated code: the module initializer calls it before <c>Main</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class UploaderProcess
{
    const string Variable = "TALLYMARK_UPLOAD";
    const int Lowest = 19;

    /// <summary>While a new uploader has not said yet when the next is due, nobody starts another.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Does not return if this process was started as the uploader of this tool: it sends what is queued, without a word,
    /// and ends. Otherwise costs the reading of one variable.
    /// </summary>
    public static void RunIfAsked(ToolDefinition tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        if (!tool.Executable || Environment.GetEnvironmentVariable(Variable) != tool.Tool)
            return;
        try
        {
            GiveWay();
            var consent = new ConsentWatch(tool, optionGiven: false, SdkEnvironment.Real);
            consent.Ask();
            tool = consent.Tool;
            if (StateFolder.Of(tool, SdkEnvironment.Real) is { } state && state.IsOurs())
                new Uploader(tool, state, SdkEnvironment.Real).Run(wait: false).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            SelfLog.Report("The uploader failed.", e);
        }

        Environment.Exit(0);
    }

    /// <summary>
    /// Starts this program again as uploader, if one is due. Only for a program whose own assembly has the manifest: its
    /// module initializer leads to <see cref="RunIfAsked"/>.
    /// </summary>
    internal static void StartIfDue(ToolDefinition tool, StateFolder state, DueFile due, SdkEnvironment surroundings)
    {
        var now = surroundings.Now;
        if (!due.IsDue(now) || surroundings.Variable(Variable) is not null || Command() is not { } command)
            return;

        // It was read a while ago; another process may have started one since.
        var current = DueFile.Read(state.Due, now) ?? due;
        if (!current.IsDue(now))
            return;
        DueFile.Write(state.Due, now + Claim, current.Failures, current.Silence);
        DetachedStart.Run(command, Variable, tool.Tool);
    }

    // `dotnet tool.dll`: the process is the host, and the program is its first argument.
    static string[]? Command()
    {
        if (Environment.ProcessPath is not { } process)
            return null;
        if (!Path.GetFileNameWithoutExtension(process.AsSpan()).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            return [process];
        var program = Path.GetFullPath(Environment.GetCommandLineArgs()[0]);
        return program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && File.Exists(program)
            ? [process, program]
            : null;
    }

    // It must not hold the folder in which the tool was started, nor the processor. On Windows the start sets the priority.
    static void GiveWay()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.CurrentDirectory = Environment.SystemDirectory;
            return;
        }

        Environment.CurrentDirectory = "/";
        _ = Libc.GiveWay(Lowest);
    }
}
