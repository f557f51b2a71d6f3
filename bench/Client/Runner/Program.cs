// SPDX-License-Identifier: MIT
// bench-client PROGRAMS ROUNDS: measures the programs in PROGRAMS/il and PROGRAMS/precompiled, and one record in a
// running process (PROGRAMS/record). Prints tables and a summary line.

using System.Globalization;
using Tallymark.Bench;

var rounds = int.Parse(args[1], CultureInfo.InvariantCulture);
var scratch = Directory.CreateTempSubdirectory("tallymark-bench-").FullName;
try
{
    Comparison? headline = null;
    foreach (var (folder, title) in new[] { ("il", "as IL"), ("precompiled", "precompiled (ReadyToRun)") })
    {
        await using var server = await AnsweringServer.Start();
        using var silent = new SilentEndpoint();
        var comparison = new Comparison(Path.Combine(args[0], folder), Path.Combine(scratch, folder), server, silent);
        comparison.Measure(rounds);
        Print(comparison, title);
        headline = comparison;
    }

    var record = Path.Combine(args[0], "record/bench-record");
    var home = new ToolHome(Path.Combine(scratch, "record"));
    home.ShowNotice($"'{record}'");
    Console.WriteLine(Runs.Ask(record, [Path.Combine(scratch, "artifacts")], home.Folder));

    // With a load above the number of processors, the wall clock measures other processes too; processor time does not.
    var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
    Console.WriteLine(
        $"machine: {Environment.ProcessorCount} processors, load {load} at the end; " +
        "if the load is higher than the number of processors, compare the cpu columns");
    Console.WriteLine();

    var (plain, added) = (headline!.Plain, headline.Tallymark.AddedTo(headline.Plain));
    var (peer, other) = (headline.AppInsights.AddedTo(plain), headline.Otlp.AddedTo(plain));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"client: added_ms={added:0.0} appinsights_added_ms={peer:0.0} otlp_added_ms={other:0.0} " +
        $"times_faster_than_appinsights={peer / added:0.0}"));
    return 0;
}
catch (BenchException e)
{
    Console.Error.WriteLine("bench.sh client: " + e.Message);
    return 1;
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

void Print(Comparison comparison, string title)
{
    Console.WriteLine(FormattableString.Invariant(
        $"whole processes, {title}, medians of {rounds} runs each, interleaved; milliseconds"));
    Console.WriteLine($"{"",-48}{"wall",8}{"added",8}{"cpu",8}{"added",8}");
    foreach (var row in comparison.Rows)
    {
        var (wall, cpu) = (row.AddedTo(comparison.Plain), row.AddedProcessorTo(comparison.Plain));
        Console.WriteLine(FormattableString.Invariant(
            $"{row.Name,-48}{row.Elapsed,8:0.0}{wall,8:0.0}{row.Processor,8:0.0}{cpu,8:0.0}"));
    }

    Console.WriteLine();
}
