// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mlflow.Example;

/// <summary>Whether telemetry is on, in this process and in a child of it.</summary>
static class ProcessVerbs
{
    static readonly string[] NeededByDotnet = ["HOME", "PATH", "DOTNET_ROOT"];

    public static readonly Dictionary<string, Func<Call, Task>> All = new()
    {
        ["check"] = _ =>
        {
            Console.WriteLine(State());
            return Task.CompletedTask;
        },
        ["follow"] = Follow,
        ["child"] = RunChild,
    };

    static string State() => UsageTracking.CurrentClient is null ? "off" : "on";

    /// <summary>
    /// Runs until standard input ends, and obeys its lines: <c>record</c> logs a metric, <c>set NAME VALUE</c> sets a
    /// variable of this process, <c>unset NAME</c> removes it. Prints after each line whether telemetry is on.
    /// </summary>
    static async Task Follow(Call call)
    {
        var run = await call.RunId();
        Console.WriteLine(State());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["record"]:
                    await call.Client.LogMetric(run, Call.Name, 1);
                    break;
                case ["set", var name, var value]:
                    Environment.SetEnvironmentVariable(name, value);
                    break;
                case ["unset", var name]:
                    Environment.SetEnvironmentVariable(name, null);
                    break;
                default:
                    throw new MlflowException($"'{line}' is not an order.");
            }

            Console.WriteLine(State());
        }
    }

    /// <summary>
    /// Runs this program again with a clean environment, in which no variable of this process switches anything off.
    /// </summary>
    static async Task RunChild(Call call)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        foreach (var word in call.Options.Words)
            start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var name in NeededByDotnet)
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        using var child = Process.Start(start)!;
        await child.WaitForExitAsync();
    }
}
