// SPDX-License-Identifier: MIT
// From a command to a published row. All processes are real.

using System.Globalization;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class ExactlyOnceTests
{
    // One more than the publication threshold, so every row is published.
    const int Installations = 21;

    [Fact]
    public async Task Every_recorded_event_is_stored_and_counted_once_when_the_collector_is_killed()
    {
        await using var collector = await RunningCollector.Start();
        var homes = new List<Home>();
        try
        {
            for (var i = 0; i < Installations; i++)
            {
                homes.Add(new Home(collector.Endpoint));
                await Use(homes[i]);
            }

            // A third is stored, a third is in transit when the collector is killed, a third finds no collector.
            foreach (var home in homes.Take(Installations / 3))
                Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
            var uploads =
                homes.Skip(Installations / 3).Take(Installations / 3).Select(h => h.Telemetry("upload")).ToList();
            await Task.WhenAny(uploads);
            await collector.Kill();
            await Task.WhenAll(uploads);
            foreach (var home in homes.TakeLast(Installations / 3))
                Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);

            await collector.StartAgain();
            foreach (var home in homes)
            {
                Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
                Assert.Empty(home.Lines("spool").Concat(home.Lines("batches")).Concat(home.Lines("building")));
            }

            // install + build of zlib + list, for each home.
            var recorded = homes.SelectMany(h => h.Lines("sent")).Select(Identity).Order(StringComparer.Ordinal)
                .ToList();
            Assert.Equal(3 * Installations, recorded.Count);

            var period = await collector.Publish(
                "kmpkg", DateTime.Parse(recorded[0].Split('|')[2], CultureInfo.InvariantCulture));
            Assert.Equal(0, await collector.Stop());

            var stored = (await collector.Events()).Select(Identity).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(recorded, stored);

            var folder = Path.Combine(collector.Published, "kmpkg");
            Assert.Equal(2 * Installations, Occurrences(Path.Combine(folder, $"kmpkg-usage-{period}.tsv")));
            Assert.Equal(Installations, Occurrences(Path.Combine(folder, $"kmpkg-builds-{period}.tsv")));
        }
        finally
        {
            homes.ForEach(h => h.Dispose());
        }
    }

    static async Task Use(Home home)
    {
        await home.SetUp();
        Assert.Equal(0, (await home.Kmpkg("install", "zlib")).ExitCode);
        Assert.Equal(0, (await home.Kmpkg("list")).ExitCode);
    }

    /// <summary>The values that identify the event of a spool line.</summary>
    static string Identity(string line)
    {
        using var json = JsonDocument.Parse(line);
        var fields = json.RootElement.GetProperty("fields");
        return string.Join('|',
            json.RootElement.GetProperty("event").GetString(),
            fields.GetProperty("installation").GetString(),
            json.RootElement.GetProperty("time").GetString()![..19],
            json.RootElement.GetProperty("status").GetString(),
            fields.GetProperty("duration").GetInt64().ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The same values of a row in the store.</summary>
    static string Identity(Dictionary<string, JsonElement> row) => string.Join('|',
        row["event"].GetString(), row["installation"].GetString(), row["time"].GetString()![..19].Replace(' ', 'T'),
        row["status"].GetString(), row["duration"].ToString());

    static long Occurrences(string file)
    {
        var lines = File.ReadAllLines(file);
        var column = Array.IndexOf(lines[0].Split('\t'), "Occurrences");
        Assert.True(column >= 0, lines[0]);
        return lines.Skip(1).Sum(l => long.Parse(l.Split('\t')[column], CultureInfo.InvariantCulture));
    }
}
