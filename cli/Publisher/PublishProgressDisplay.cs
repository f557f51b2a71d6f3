// SPDX-License-Identifier: MIT

using System.Globalization;
using Spectre.Console;

namespace Tallymark.Cli;

/// <summary>Shows the progress on standard error: a bar on a terminal, otherwise one line for each month.</summary>
static class PublishProgressDisplay
{
    /// <summary>Runs the work and shows its progress. The console itself honours NO_COLOR.</summary>
    public static T Run<T>(string title, Func<IProgress<PublishProgress>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
            return work(new MonthProgress(title));
        return console.Progress().AutoClear(enabled: true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                return work(new BarProgress(task));
            });
    }

    sealed class BarProgress(ProgressTask task) : IProgress<PublishProgress>
    {
        public void Report(PublishProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }

    sealed class MonthProgress(string title) : IProgress<PublishProgress>
    {
        int _month;

        public void Report(PublishProgress value)
        {
            if (value.Day.Month == _month)
                return;
            _month = value.Day.Month;
            Console.Error.WriteLine($"{title}: counting {value.Day.ToString("yyyy-MM", CultureInfo.InvariantCulture)}");
        }
    }
}
