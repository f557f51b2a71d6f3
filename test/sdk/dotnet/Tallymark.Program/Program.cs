// SPDX-License-Identifier: MIT
// A small tool for tests that need whole processes. Its first argument selects what it does.

using System.Globalization;

// `bare` is the same program without telemetry, to measure against.
if (args is ["bare", ..])
{
    Console.Out.Write("result\n");
    return 7;
}

if (args is ["telemetry", ..])
    return TelemetryCommand.Run(SampleTelemetry.Tool, args[1..]);

var tool = args is ["terminal", ..] ? SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal)
    : args is ["server" or "library", ..] ? SampleTelemetry.Define(
        "sample-tool", NoticeChannels.Setup, executable: false)
    : SampleTelemetry.Tool;
using (var telemetry = SampleTelemetry.Start(tool, args))
{
    switch (args)
    {
        // Records until it is killed; prints a line after every ten events.
        case ["forever", ..]:
            for (var i = 1; ; i++)
            {
                Record(telemetry, i);
                if (i % 10 == 0)
                    Console.Out.Write(i + "\n");
            }

        // Records as often as the second word says.
        case ["many", var count, ..]:
            for (var i = 1; i <= int.Parse(count, CultureInfo.InvariantCulture); i++)
                Record(telemetry, i);
            break;

        // Records the numbers from the second word up to, not including, the third, and says each one after it was
        // recorded.
        case ["tally", var from, var to, ..]:
            for (var i = int.Parse(from, CultureInfo.InvariantCulture); i < int.Parse(to,
                CultureInfo.InvariantCulture); i++)
            {
                using (var tally = telemetry.Tally())
                    tally.Number = i;
                Console.Out.Write(i + "\n");

                // A tool works between two events. Without a pause, all events are written before a test can kill it.
                Thread.SpinWait(20_000);
            }

            break;

        // Records a value of each type and says in which culture.
        case ["every", ..]:
            RecordEvery(telemetry);
            Console.Out.Write(
                CultureInfo.CurrentCulture.Name + "|" + 1234567.5.ToString("N1", CultureInfo.CurrentCulture)
                + "|" + new DateTime(2026, 11, 20).ToString("yyyy", CultureInfo.CurrentCulture)
        + "|" + "I".ToLower(CultureInfo.CurrentCulture) + "\n");
            break;

        // Holds its spool file open until its input ends.
        case ["hold", ..]:
            Record(telemetry, 1);
            Console.Out.Write("held\n");
            Console.In.ReadToEnd();
            break;
        // Records once for each line of its input.
        case ["steps", ..]:
            while (Console.In.ReadLine() is not null)
            {
                Record(telemetry, 1);
                Console.Out.Write("step\n");
            }

            break;
        // Its manifest belongs to a library or a server, which can't start itself again. A server records the number on
        // each line of its input; a library records one event and leaves it to its program to end.
        case ["server", ..]:
            while (Console.In.ReadLine() is { } line)
            {
                using (var tally = telemetry.Tally())
                    tally.Number = long.Parse(line, CultureInfo.InvariantCulture);
                Console.Out.Write(line + "\n");
            }

            break;
        // Ends with the code of the second word in the middle of an event, and of another that has succeeded.
        case ["exit", var code, ..]:
            {
                using var work = telemetry.Work();
                work.Items = 3;
                using var tally = telemetry.Tally();
                tally.Succeed();
                Environment.Exit(int.Parse(code, CultureInfo.InvariantCulture));
                break;
            }

        // Leaves Main without ending the event or the client.
        case ["leave", ..]:
            SampleTelemetry.Start(tool, args).Work().Items = 3;
            Console.Out.Write("begun\n");
            return 5;

        // A run that has ended before, then two at once that never end: with a tool, its library has a run too.
        case ["leave-two", ..]:
            using (var first = SampleTelemetry.Start(tool, args))
                first.Work().Dispose();
            SampleTelemetry.Start(tool, args).Work().Items = 3;
            SampleTelemetry.Start(tool, args).Work().Items = 3;
            return 0;
        default:
            Record(telemetry, 1);
            break;
    }
}

Console.Out.Write("result\n");
return 7;

static void RecordEvery(SampleTelemetry telemetry)
{
    using var work = telemetry.Work();
    work.Dry = true;
    work.Result = 1;
    work.Port = "zlib";
    work.Options = ["zz", "--KEEP-GOING", "--dry-run"];
    work.Items = 9_007_199_254_740_991;
    work.ItemsBucket = 1_000;
    work.Size = 1_000_000_001;
    work.Waited = TimeSpan.FromMilliseconds(1_234_567.5);
    work.ExitCode = 255;
    work.OtherVersion = "1.22.333-rc.4444";
    work.Store = "HTTPS://I";
    work.File = "INDEX.txt";
    work.Word = "INDEX.txt";
    work.ExperimentNumber = 1_234_567_890_123;
    work.Fail();
}

static void Record(SampleTelemetry telemetry, long items)
{
    using var work = telemetry.Work();
    work.Port = "zlib";
    work.Options = ["--dry-run", "/home/ada"];
    work.Items = items;
    work.Succeed();
}
