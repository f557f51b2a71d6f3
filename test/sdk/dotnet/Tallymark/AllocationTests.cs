// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>Recording in a running process allocates nothing; reused events never mix up their values.</summary>
public sealed class AllocationTests
{
    const int Warm = 200;
    const int Measured = 50;

    [Fact]
    public void A_record_in_a_running_process_allocates_no_byte()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere a look at a file allocates");
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        for (var i = 0; i < Warm; i++)
            Record(client, i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Measured; i++)
            Record(client, i);
        var after = GC.GetAllocatedBytesForCurrentThread();
        client.Dispose();
        Assert.Equal(Warm + Measured, home.Lines().Count);
        Assert.Equal(0, after - before);
    }

    [Fact]
    public void A_reused_event_contains_no_values_of_the_previous_one()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        {
            for (var i = 0; i < Warm; i++)
            {
                using var work = client.Again(WorkEvent.Definition) as WorkEvent ?? new WorkEvent(client);
                if (i % 2 == 0)
                {
                    work.Port = "zlib";
                    work.Items = i;
                    work.Succeed();
                }
                else
                    work.Size = i;
            }
        }

        var lines = home.Lines().Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Warm, lines.Count);
        for (var i = 0; i < Warm; i++)
        {
            var fields = lines[i].GetProperty("fields");
            Assert.Equal(i % 2 == 0, fields.TryGetProperty("port", out _));
            Assert.Equal(i % 2 == 0, fields.TryGetProperty("items", out _));
            Assert.Equal(i % 2 == 1, fields.TryGetProperty("size", out _));
            Assert.Equal(i % 2 == 0 ? "success" : "unknown", lines[i].GetProperty("status").GetString());
        }
    }

    [Fact]
    public void Setting_after_the_end_or_ending_twice_changes_no_other_event()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        {
            for (var i = 0; i < Warm; i++)
            {
                var work = client.Again(WorkEvent.Definition) as WorkEvent ?? new WorkEvent(client);
                work.Items = 1;
                work.Dispose();
                using (var next = client.Again(WorkEvent.Definition) as WorkEvent ?? new WorkEvent(client))
                {
                    work.Items = 2;
                    work.Fail();
                    work.Dispose();
                    next.Items = 1;
                }
            }
        }

        Assert.Equal(2 * Warm, home.Lines().Count);
        Assert.All(home.Lines(), line => Assert.Contains("\"items\":1}", line, StringComparison.Ordinal));
        Assert.All(home.Lines(), line => Assert.Contains("\"status\":\"unknown\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Shapes_are_not_mixed_up()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        {
            for (var i = 0; i < Warm; i++)
            {
                using var work = client.Again(WorkEvent.Definition) as WorkEvent ?? new WorkEvent(client);
                using var tally = client.Again(TallyEvent.Definition) as TallyEvent ?? new TallyEvent(client);
                tally.Number = i;
            }
        }

        Assert.Equal(Warm, home.Lines().Count(line => line.Contains("\"event\":\"work\"", StringComparison.Ordinal)));
    }

    static void Record(TelemetryClient client, int items)
    {
        using var work = client.Again(WorkEvent.Definition) as WorkEvent ?? new WorkEvent(client);
        work.Port = "zlib";
        work.Dry = true;
        work.Result = 1;
        work.Items = items;
        work.ItemsBucket = items;
        work.Size = items;
        work.Waited = TimeSpan.FromMilliseconds(items);
        work.ExitCode = 0;
        work.OtherVersion = "1.2.3";
        work.Store = "s3://bucket";
        work.Succeed();
    }
}
