// SPDX-License-Identifier: MIT
using System.CommandLine;
using Mlnet.Training;

namespace Mlnet.Commands;

/// <summary>
/// One run of a command, with its telemetry: all that is recorded is set here. It also turns exceptions into a message
/// and an exit code.
/// </summary>
static class Invocation
{
    /// <summary>Runs a command's body. The body of <c>predict</c> learns the task from its model.</summary>
    public static int Run(
        ParseResult parsed, MlnetTelemetry.InvocationCommand command, LearningTask? task,
        Func<Action<LearningTask>, ExitCode> body)
    {
        try
        {
            using var telemetry = MlnetTelemetry.Start([]);
            return (int)telemetry.Invocation(run =>
            {
                run.Command = command;
                run.Task = TaskOf(task);
                run.Parameters = parsed.ParametersUsed();
                var exit = ReportAccess(() =>
                {
                    Describe(run, parsed.GetValue(CommandLine.Dataset));
                    return body(learned => run.Task = TaskOf(learned));
                });
                if (exit != ExitCode.Success) run.Fail();
                return exit;
            });
        }
        catch (Exception crash)
        {
            // The event has recorded where it happened, and nothing else. The user gets everything.
            var details = parsed.Prints("diag") ? crash.ToString() : crash.Message;
            return (int)new Problem(ExitCode.Crash, $"mlnet has crashed: {details}").Report();
        }
    }

    // The name's digest and the size's power of two; neither name nor size is recorded.
    static void Describe(MlnetTelemetry.InvocationEvent run, string? dataset)
    {
        if (!File.Exists(dataset)) return;
        run.DatasetName = Path.GetFileName(dataset);
        run.DatasetSize = SizeOf(new FileInfo(dataset));
    }

    // Of the file that a link leads to: the size of a link is that of its text. A link to a pipe leads to no file.
    static long? SizeOf(FileInfo file) => file.LinkTarget is null ? file.Length
        : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : null;

    static ExitCode ReportAccess(Func<ExitCode> body)
    {
        try
        {
            return body();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(ExitCode.NoAccess, e.Message).Report();
        }
    }

    static MlnetTelemetry.InvocationTask? TaskOf(LearningTask? task) => task switch
    {
        LearningTask.Classification => MlnetTelemetry.InvocationTask.Classification,
        LearningTask.Regression => MlnetTelemetry.InvocationTask.Regression,
        LearningTask.Recommendation => MlnetTelemetry.InvocationTask.Recommendation,
        _ => null,
    };
}
