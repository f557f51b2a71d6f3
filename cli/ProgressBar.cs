// SPDX-License-Identifier: MIT

using Spectre.Console;

namespace Tallymark.Cli;

/// <summary>
/// Shows how much of some work is done: a bar on standard error if it is a terminal, otherwise nothing.
/// </summary>
static class ProgressBar
{
    /// <summary>Runs the work. The console itself honours NO_COLOR.</summary>
    public static T Run<T>(string title, Func<IProgress<(long Done, long Total)>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
            return work(new Silence());
        return console.Progress().AutoClear(enabled: true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(Markup.Escape(title)))));
    }

    sealed class Bar(ProgressTask task) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }

    sealed class Silence : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
        }
    }
}
