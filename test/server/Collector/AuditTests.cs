// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>The audit log holds no id, one line for a publication, and nothing beyond its age.</summary>
public sealed class AuditTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("where installation = '5F0C6B9C7E8D4A33F5D7A1BE3C0C4A5E8F1F0E6A2D3B4C5D6E7F8091A2B3C4D5'", true)]
    [InlineData("where installation like '5f0c6b9c7e%'", true)]
    [InlineData("where session = '0f8fad5b-d9cb-469f-a165-70867728950e'", true)]
    [InlineData("where id = 1234567890123456789", true)]
    [InlineData("select status, count(*) from install where time > '2026-11-20 10:00:00' limit 10000", false)]
    [InlineData("select feedface, defaced from effaced", false)] // words
    public void An_id_or_a_part_of_one_becomes_a_hash_and_the_rest_stays(string sql, bool hasId)
    {
        var text = AuditText.WithoutIds(sql);

        Assert.Equal(hasId, text != sql);
        Assert.Equal(hasId, text.Contains("[sha256:", StringComparison.Ordinal));
        Assert.StartsWith(sql[..sql.IndexOf(' ', StringComparison.Ordinal)], text, StringComparison.Ordinal);
        Assert.Equal(text, AuditText.WithoutIds(sql)); // the same id, the same hash
        Assert.Equal(text, AuditText.WithoutIds(text));
    }

    [Fact]
    public async Task A_query_for_an_installation_and_its_error_leave_no_id_in_the_data_folder()
    {
        using var folder = new TempFolder();
        var id = $"{7:x63}9";
        await using (var collector = await InProcessCollector.StartAsync(
            folder, data => new DuckDbEventStore(data.Path, new DuckDbOptions { QueryProgram = QueryProgram })))
        {
            await collector.SendAsync(Some.LineOf(1));
            using var client = ControlClient.TryConnect(collector.Data)!;
            client.Query("probe", $"select count(*) from plain where installation = '{id}'", json: false);
            Assert.Throws<ControlException>(
                () => client.Query("probe", $"select cast('{id}' as date) from plain", json: false));
            await collector.StopAsync();
        }

        var log = await File.ReadAllTextAsync(folder["data/audit.ndjson"], TestContext.Current.CancellationToken);
        Assert.DoesNotContain(id, log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, log.Split(AuditText.WithoutIds(id)).Length - 1); // two queries and the error
    }

    [Fact]
    public async Task All_reads_of_a_publication_are_one_line()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.SendAsync(Some.LineOf(1));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var query = new CellQuery(["plain"], ["status"], today.AddDays(-1), today, "installation");
        for (var publication = 0; publication < 2; publication++)
        {
            using var client = ControlClient.TryConnect(collector.Data, "2026-q4")!;
            for (var i = 0; i < 10; i++)
                Assert.NotEmpty(client.Cells("probe", query));
        }

        await collector.StopAsync();
        var lines = AuditLog.Lines(DataFolder.Open(collector.Data)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains(
            "\"what\":\"publish\",\"tool\":\"probe\",\"query\":\"2026-q4\",\"outcome\":\"begun\"", line,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_beyond_the_age_are_removed_and_a_clock_that_runs_ahead_removes_none()
    {
        using var folder = new TempFolder();
        using var log = new StringWriter();
        using var provider = new StandardErrorLog(log, TimeProvider.System, new LogStyle());
        var data = DataFolder.Open(folder["data"]);
        var clock = new FakeTimeProvider(Noon);
        var audit = new AuditLog(data, clock);
        var logger = provider.CreateLogger(StandardErrorLog.Category);
        var limits = new Limits { MaxAuditAge = TimeSpan.FromDays(100) };
        var witness = new ClockWitness(data, clock, limits, logger);
        var age = new AuditAge(audit, limits, witness, clock, logger);
        for (var day = 0; day < 5; day++)
        {
            clock.SetUtcNow(Noon.AddDays(30 * day));
            witness.Accept(); // as the collector does each minute
            audit.Write(new AuditEntry("local", Role.Operator, "backup", "done") { Query = $"{day}" });
            age.RemoveOld();
        }

        Assert.Equal(["1", "2", "3", "4"], Queries(data)); // 0 is 120 days old
        Assert.Contains("129 Removed 1 lines from the audit log", log.ToString(), StringComparison.Ordinal);
        clock.SetUtcNow(Noon.AddDays(1000)); // a start with a clock that is ahead
        age = new AuditAge(audit, limits, new ClockWitness(data, clock, limits, logger), clock, logger);
        age.RemoveOld();
        Assert.Equal(["1", "2", "3", "4"], Queries(data));
    }

    [Fact]
    public async Task The_first_start_on_a_folder_of_an_earlier_version_hashes_the_ids_in_its_log()
    {
        using var folder = new TempFolder();
        var id = $"{7:x63}9";
        folder.Write("data/audit.ndjson",
            $$"""{"time":"2026-11-20T12:00:00Z","who":"ada","what":"query","query":"'{{id}}'","outcome":"answered"}"""
            + "\n" + """{"time":"2026-11-20T12:00:00Z","who":"ab12345678","what":"live","outcome":"answered"}""" + "\n"
            + $"cut off {id}\n");
        using var store = new FakeStore();
        await using (await InProcessCollector.StartAsync(folder, _ => store, journal: store.Journal))
        {
        }

        var lines = AuditLog.Lines(DataFolder.Open(folder["data"])).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.DoesNotContain(id, line, StringComparison.Ordinal));
        Assert.Contains("\"who\":\"ab12345678\"", lines[1], StringComparison.Ordinal); // a name, not an id
    }

    static string[] QueryProgram =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "tallymark.dll"), "query-child"];

    static IEnumerable<string> Queries(DataFolder data) => AuditLog.Lines(data)
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("query").GetString()!);
}
