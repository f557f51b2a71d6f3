// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// A collector with the events that dn recorded in three places, and its public folder. One user runs each command. The
/// line of this user, repeated under other ids, replaces the other installations that a published row needs.
/// </summary>
public sealed class PublishedUsage : IAsyncLifetime
{
    // The publication threshold: a row is published from 20 installations on.
    const int MinInstallations = 20;

    // Half of each network belongs to France: a lookup of the whole address would place its client there.
    const string Ranges = """
        45.45.1.0,45.45.1.127,UG
        45.45.1.128,45.45.1.255,FR
        45.45.2.0,45.45.2.127,AQ
        45.45.2.128,45.45.2.255,FR
        45.45.3.0,45.45.3.255,EU

        """;

    readonly string _folder = Directory.CreateTempSubdirectory("tallymark-usage-").FullName;
    RunningCollector? _collector;

    public PublishedUsage()
    {
        // Two days of one quarter, both over.
        Day = DateTime.UtcNow.Date.AddDays(-1);
        if (Day.AddDays(-1).Month != Day.Month) Day = Day.AddDays(-1);
        if (Day.AddDays(-1).Month != Day.Month) Day = Day.AddDays(-1);
        Before = Day.AddDays(-1);
    }

    /// <summary>The day of most events, and the day before it.</summary>
    public DateTime Day { get; }

    /// <inheritdoc cref="Day"/>
    public DateTime Before { get; }

    /// <summary>The quarter of both days, such as 2026-q4. It is released.</summary>
    public string Period { get; private set; } = "";

    /// <summary>A maintainer's token.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The fields of one line that dn recorded.</summary>
    public JsonElement Fields { get; private set; }

    internal RunningCollector Collector => _collector!;

    /// <summary>A day as the document's example writes it.</summary>
    public static string Written(DateTime day) =>
        string.Create(CultureInfo.InvariantCulture, $"{day.Month}/{day.Day}/{day.Year} 0:00");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "own.csv"), Ranges, TestContext.Current.CancellationToken);
        _collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.DotnetCli.ManifestFile), "--countries", _folder, "--trusted-proxy",
            "127.0.0.1");
        await Use("45.45.1.200", "restore", (Day, 2), (Before, 1));
        await Use("45.45.2.200", "clean", (Day, 1));
        await Use("45.45.3.7", "clean", (Day, 1));
        Period = await _collector.Publish("dotnet-cli", Day);
        Token = await _collector.Token("ada", "maintainer");
    }

    public async ValueTask DisposeAsync()
    {
        if (_collector is not null) await _collector.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task Use(string address, string command, params (DateTime Day, int Times)[] uses)
    {
        await using var relay = new RecordingRelay(_collector!, address);
        using var home = new DnHome(relay.Endpoint);
        await home.SeeNotice();
        var line = (await home.Record(command)).Line;
        Fields = line.GetProperty("fields").Clone();
        var text = line.GetRawText();
        var id = Fields.GetProperty("installation").GetString()!;
        var day = line.GetProperty("time").GetString()![..10];
        var lines = from number in Enumerable.Range(0, MinInstallations)
                    let other = RandomNumberGenerator.GetHexString(64, lowercase: true)
                    from use in uses
                    from _ in Enumerable.Range(0, use.Times)
                    select text.Replace(id, other, StringComparison.Ordinal).Replace(
                        day, use.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Assert.Single(Directory.GetFiles(Path.Combine(home.State, "spool"), "*.ndjson")),
            string.Concat(lines.Select(one => one + "\n")), TestContext.Current.CancellationToken);
        var upload = await home.Telemetry("upload");
        Assert.True(upload.ExitCode == 0, upload.All);
    }
}
