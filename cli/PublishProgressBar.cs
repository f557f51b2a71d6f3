// SPDX-License-Identifier: MIT
// How far a publisher is, on standard error: a bar where a person watches, a line a month where a log does.

using System.Globalization;
using Spectre.Console;

namespace Tallymark.Cli;

static class PublishProgressBar
{
    /// <summary>Does the work and shows how far it is. NO_COLOR is honoured by the console itself.</summary>
    public static T Run<T>(string title, Func<IProgress<PublishProgress>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
            return work(new MonthLines(title));
        return console.Progress().AutoClear(enabled: true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                return work(new Bar(task));
            });
    }

    sealed class Bar(ProgressTask task) : IProgress<PublishProgress>
    {
        public void Report(PublishProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }

    sealed class MonthLines(string title) : IProgress<PublishProgress>
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
