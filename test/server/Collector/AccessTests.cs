// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Each role may use only its own endpoints, and the audit log records a read of raw data before it is answered.
/// </summary>
public sealed class AccessTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GET", "v1/tools", 200, 200, 200)]
    [InlineData("GET", "v1/totals?tool=probe", 200, 200, 200)]
    [InlineData("GET", "v1/live?tool=probe", 403, 200, 403)]
    [InlineData("GET", "v1/status", 403, 403, 200)]
    [InlineData("POST", "v1/reload", 403, 403, 200)]
    public async Task Each_role_may_use_only_its_own_endpoints(
        string method, string path, int reader, int maintainer, int @operator)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var tokens = new TokenFile(DataFolder.Open(collector.Data));

        foreach (var (role, status) in new[] { (Role.Reader, reader), (Role.Maintainer, maintainer),
            (Role.Operator, @operator) })
        {
            var answer = await AskAsync(collector, method, path, tokens.Add(Noon, null, role));
            Assert.Equal((role, status), (role, answer.Status));
            if (status == 403)
                Assert.Equal("forbidden", answer.Problem);
        }

        Assert.Equal(401, (await AskAsync(collector, method, path, "tallymark_no")).Status);
        Assert.Equal(405, (await AskAsync(collector, method == "GET" ? "POST" : "GET", path, tokens.Add(Noon))).Status);
    }

    [Fact]
    public async Task A_revoked_token_is_invalid_immediately()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var tokens = new TokenFile(DataFolder.Open(collector.Data));
        var ada = tokens.Add(Noon, "ada");
        var bob = tokens.Add(Noon, "bob");
        Assert.Throws<IOException>(() => tokens.Add(Noon, "ada"));

        Assert.True(tokens.Revoke("ada"));

        Assert.False(tokens.Revoke("ada"));
        Assert.Equal(401, (await collector.GetAsync("v1/tools", ada)).Status);
        Assert.Equal(200, (await collector.GetAsync("v1/tools", bob)).Status);
        Assert.Equal(["bob"], tokens.List().Select(token => token.Name));
    }

    [Fact]
    public async Task Tokens_in_a_file_of_the_first_version_are_maintainers()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var tokens = new TokenFile(DataFolder.Open(collector.Data));
        var token = tokens.Add(Noon);
        var hash = Convert.ToHexStringLower(tokens.Find(token)!.Hash);
        await File.WriteAllTextAsync(
            Path.Combine(collector.Data, "tokens.json"), $$"""{"tallymark":1,"tokens":[{"sha256":"{{hash}}","created":"2026-11-20T10:51:21Z"}]}""",
            TestContext.Current.CancellationToken);

        Assert.Equal(200, (await collector.GetAsync("v1/live?tool=probe", token)).Status);
        Assert.Equal("token-" + hash[..8], Assert.Single(tokens.List()).Name);
    }

    [Theory]
    [InlineData("local", false)]
    [InlineData("", false)]
    [InlineData("Ada", false)]
    [InlineData("a\n", false)]
    [InlineData("ada.l@example.org", true)]
    public void A_token_name_fits_in_a_line_of_the_log_and_is_not_the_local_user_s(string name, bool fits) =>
        Assert.Equal(fits, TokenFile.IsName(name));

    [Fact]
    public async Task Reading_the_live_page_is_recorded_once_an_hour_for_each_token()
    {
        using var store = new FakeStore();
        var clock = new FakeTimeProvider(Noon);
        await using var collector = await InProcessCollector.StartAsync(null, _ => store, time: clock);
        var folder = DataFolder.Open(collector.Data);
        var ada = new TokenFile(folder).Add(Noon, "ada");
        var bob = new TokenFile(folder).Add(Noon, "bob");

        foreach (var token in new[] { ada, ada, bob })
            await collector.GetAsync("v1/live?tool=probe", token);
        clock.SetUtcNow(Noon.AddHours(1));
        await collector.GetAsync("v1/live?tool=probe", ada);

        Assert.Equal(
            [
                """{"time":"2026-11-20T12:00:00Z","who":"ada","role":"maintainer","what":"live","tool":"probe","outcome":"answered"}""",
                """{"time":"2026-11-20T12:00:00Z","who":"bob","role":"maintainer","what":"live","tool":"probe","outcome":"answered"}""",
                """{"time":"2026-11-20T13:00:00Z","who":"ada","role":"maintainer","what":"live","tool":"probe","outcome":"answered"}""",
            ],
            AuditLog.Lines(folder));
    }

    [Fact]
    public async Task Cells_read_through_the_socket_are_recorded_with_the_query_and_the_number_of_rows()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.SendAsync(Some.LineOf(1), Some.Line(status: "failure"));
        using var client = ControlClient.TryConnect(collector.Data)!;
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

        var cells = client.Cells("probe",
            new(["plain"], ["status"], today.AddDays(-1), today.AddDays(1), "installation")).Count();
        await collector.StopAsync();

        var lines = AuditLog.Lines(DataFolder.Open(collector.Data)).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal(["begun", "answered"], lines.Select(line => line.GetProperty("outcome").GetString()));
        Assert.All(lines,
            line => Assert.Equal(("local", "cells", "probe"),
                (Text(line, "who"), Text(line, "what"), Text(line, "tool"))));
        Assert.All(lines,
            line => Assert.Contains("\"columns\":[\"status\"]", Text(line, "query"), StringComparison.Ordinal));
        Assert.Equal(cells, lines[1].GetProperty("rows").GetInt64());
        Assert.Equal(2, cells);
    }

    [Fact]
    public async Task If_the_audit_log_can_not_be_written_requests_are_refused()
    {
        using var store = new FakeStore { Answer = [] };
        await using var collector = await InProcessCollector.StartAsync(store);
        var token = new TokenFile(DataFolder.Open(collector.Data)).Add(Noon);
        Directory.CreateDirectory(Path.Combine(collector.Data, "audit.ndjson")); // a folder, so it can't be written

        var live = await collector.GetAsync("v1/live?tool=probe", token);

        Assert.Equal((503, "busy"), (live.Status, live.Problem));
        Assert.DoesNotContain("seconds", live.Text, StringComparison.Ordinal);
        using var client = ControlClient.TryConnect(collector.Data)!;
        var today = DateOnly.FromDateTime(Noon.UtcDateTime);
        var refused = Assert.Throws<ControlException>(
            () => client.Cells("probe", new(["plain"], ["status"], today, today, "installation")).ToList());
        Assert.Contains("audit log", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_writers_each_write_a_whole_line()
    {
        using var folder = new TempFolder();
        var data = DataFolder.Open(folder["data"]);
        AuditLog[] logs = [new(data, TimeProvider.System), new(data, TimeProvider.System)]; // like two processes

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            logs[i % 2].Write(
                new AuditEntry("ada", Role.Maintainer, "query", "answered") { Query = $"select {i}\n\"x\"" }))));

        var queries = AuditLog.Lines(data).Select(line => Text(JsonDocument.Parse(line).RootElement, "query"));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"select {i}\n\"x\"").Order(), queries.Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerFile.Mode, File.GetUnixFileMode(folder["data/audit.ndjson"]));
    }

    static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    static async Task<Answer> AskAsync(InProcessCollector collector, string method, string path, string token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await collector.SendAsync(request);
    }
}
