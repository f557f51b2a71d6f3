// SPDX-License-Identifier: MIT
using System.ComponentModel;

namespace Tallymark;

/// <summary>
/// The uploader as a separate process. For generated code: the module initializer calls it before <c>Main</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class UploaderProcess
{
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
        if (!tool.Executable || Environment.GetEnvironmentVariable(Variable) != tool.Tool)
            return;
        try
        {
            LowerPriority();
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
    /// Starts this program again as uploader if an upload is due. Only for a program whose own assembly contains the
    /// manifest: its module initializer calls <see cref="RunIfAsked"/>.
    /// </summary>
    internal static void StartIfDue(ToolDefinition tool, StateFolder state, DueFile due, SdkEnvironment environment)
    {
        var now = environment.Now;
        if (!due.IsDue(now) || environment.Variable(Variable) is not null || Command() is not { } command)
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
            return [process];
        var program = Path.GetFullPath(Environment.GetCommandLineArgs()[0]);
        return program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && File.Exists(program)
            ? [process, program]
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
