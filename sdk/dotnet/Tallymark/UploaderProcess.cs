// SPDX-License-Identifier: MIT
using System.ComponentModel;

namespace Tallymark;

/// <summary>
/// The uploader as a separate process. For generated code: the module initializer calls it before <c>Main</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class UploaderProcess
{
    /// <summary>
    /// On an uploader's command line. A variable alone, such as one of a project's <c>.env</c>, must never make a tool
    /// an uploader that does nothing else. The variable is read first because that costs less.
    /// </summary>
    internal const string Argument = "--tallymark-upload";

    const string Variable = "TALLYMARK_UPLOAD";
    const int MaxNice = 19;

    /// <summary>For this time no process starts another uploader, unless the new one writes an earlier time.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Does not return if this process was started as the uploader of this tool: it sends what is queued, without
    /// output, and exits. Cost otherwise: one variable is read.
    /// </summary>
    public static void RunIfAsked(ToolDefinition tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        if (!tool.Executable || Environment.GetEnvironmentVariable(Variable) != tool.Tool
            || Environment.GetCommandLineArgs() is not [_, .., Argument])
            return;
        try
        {
            Run(tool, SdkEnvironment.Real, wait: false);
        }
        catch (Exception e)
        {
            SelfLog.Report("The uploader failed.", e);
        }

        Environment.Exit(0);
    }

    /// <summary>One occasion, in a process that was started for it.</summary>
    /// <param name="tool">The manifest's own definition.</param>
    /// <param name="environment">The machine.</param>
    /// <param name="wait">True to wait for another uploader; false to leave the work to it.</param>
    internal static void Run(ToolDefinition tool, SdkEnvironment environment, bool wait)
    {
        LowerPriority();
        var consent = new ConsentWatch(tool, optionGiven: false, environment);
        consent.Ask();
        tool = consent.Tool;
        if (StateFolder.Of(tool, environment) is { } state && state.IsOurs())
            new Uploader(tool, state, environment).Run(wait).GetAwaiter().GetResult();
    }

    /// <summary>
    /// Starts this program again as uploader if an upload is due. Only for a program whose own assembly contains the
    /// manifest: its module initializer calls <see cref="RunIfAsked"/>.
    /// </summary>
    internal static void StartIfDue(ToolDefinition tool, StateFolder state, DueFile due, SdkEnvironment environment)
    {
        var now = environment.Now;
        if (!due.IsDue(now) || Command() is not { } command)
            return;

        // The caller read the file some time ago; another process may have started an uploader since.
        var current = DueFile.Read(state.Due, now) ?? due;
        if (!current.IsDue(now))
            return;
        DueFile.Write(state.Due, now + Claim, current.Failures, current.Silence);
        DetachedStart.Run(command, Variable, tool.Tool);
    }

    // With `dotnet tool.dll` the process is the host and the program is its first argument.
    static string[]? Command()
    {
        if (Environment.ProcessPath is not { } process)
            return null;
        if (!Path.GetFileNameWithoutExtension(process.AsSpan()).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            return [process, Argument];
        var program = Path.GetFullPath(Environment.GetCommandLineArgs()[0]);
        return program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && File.Exists(program)
            ? [process, program, Argument]
            : null;
    }

    // The uploader must not keep the folder in use in which the tool was started, nor compete for the processor. On
    // Windows the start sets the priority.
    static void LowerPriority()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.CurrentDirectory = Environment.SystemDirectory;
            return;
        }

        Environment.CurrentDirectory = "/";
        _ = Libc.nice(MaxNice);
    }
}
