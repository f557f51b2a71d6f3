// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Raw queries: which ones a maintainer can run, which data no query returns, and that the audit log records each.
/// </summary>
public sealed class QueryTests
{
    static readonly string[] Program =
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "tallymark.dll"), "query-child"];

    [Fact]
    public async Task A_maintainer_s_query_returns_what_was_stored_while_events_arrive()
    {
        await using var collector = await StartAsync();
        await collector.SendAsync(Some.LineOf(1), Some.LineOf(2), Some.Line("every", "\"colour\":\"red\""));

        var lines = await AskAsync(collector, "select count(*) as n, count(distinct installation) as who from plain");
        await collector.SendAsync(Some.LineOf(3));
        var json = await AskAsync(collector, "select status, installation from plain order by installation limit 1;",
            json: true);
        var more = await AskAsync(collector, "from plain select count(*)");

        Assert.Equal((200, "n\twho\n2\t2\n"), (lines.Status, lines.Text));
        Assert.Equal(
            $$"""{"columns":["status","installation"],"rows":[["success","{{1:x64}}"]],"truncated":false}""" + "\n", json.Text);
        Assert.Equal("3", more.Text.Split('\n')[1]);
        Assert.False(lines.Headers.ContainsKey("Tallymark-Truncated"));
        var audit = Audit(collector);
        Assert.Equal(3, audit.Count);
        Assert.All(audit,
            line => Assert.Equal(("ada", "maintainer", "query", "probe", "answered"),
            (Text(line, "who"), Text(line, "role"), Text(line, "what"), Text(line, "tool"), Text(line, "outcome"))));
        Assert.Equal("select count(*) as n, count(distinct installation) as who from plain", Text(audit[0], "query"));
        Assert.Equal(1, audit[1].GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task Every_declared_event_is_a_view_with_its_columns_whether_or_not_something_of_it_is_stored()
    {
        await using var collector = await StartAsync();
        var tables = Table.Of(ManifestReader.Read(Some.Manifest).Manifest!);
        for (var stored = 0; stored < 2; stored++)
        {
            foreach (var table in tables)
            {
                var isStored = stored > 0 && table.Name == "plain";
                var columns = table.Columns.Select(column => column.Name).Where(name => name != Table.Network)
                    .Order(StringComparer.Ordinal);
                Assert.Equal(columns, ColumnsOf(await AskAsync(collector, $"select * from {table.Name}")));
                Assert.Equal(isStored ? "1" : "0",
                    (await AskAsync(collector, $"select count(*) from {table.Name}")).Text.Split('\n')[1]);
                if (table.Development is not null)
                    Assert.Equal(columns, ColumnsOf(await AskAsync(collector, $"select * from dev.{table.Name}")));
            }

            Assert.Equal("0",
                (await AskAsync(collector, "select count(*) from every where time is not null")).Text.Split('\n')[1]);
            Assert.Contains(tables, table => table.Development is not null);
            if (stored == 0)
                Assert.False(Directory.Exists(collector.Folder["data/tools/probe/parts"])); // a query creates no files
            await collector.SendAsync(Some.LineOf(1));
        }

        // The same without a collector, also of a tool that never had events.
        collector.Folder.Write("manifests/quiet.yaml", Some.ManifestOf("quiet"));
        using (var client = ControlClient.TryConnect(collector.Data)!)
            Assert.Empty(client.Reload().Refused);
        await collector.StopAsync();
        foreach (var (tool, count) in new[] { ("probe", 2), ("quiet", 0) })
        {
            var answer = await CollectorProgram.Run("query", "--data", collector.Data, "--tool", tool,
                "select (select count(*) from plain) as plain, (select count(*) from every) as every");
            Assert.Equal($"plain\tevery\n{count}\t0\n", answer.With(0).Output);
        }

        static IEnumerable<string> ColumnsOf(Answer answer) =>
            answer.Text.Split('\n')[0].Split('\t').Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("select * from read_text('/etc/hostname')")]
    [InlineData("select * from read_csv('/etc/hostname')")]
    [InlineData("select * from '/etc/hostname'")]
    [InlineData("select * from glob('/etc/*')")]
    [InlineData("copy (select 1) to '{stolen}'")]
    [InlineData("copy plain to '{stolen}' (format csv)")]
    [InlineData("attach '{stolen}' as other")]
    [InlineData("attach '{other}' as other (read_only)")]
    [InlineData("install httpfs")]
    [InlineData("load httpfs")]
    [InlineData("pragma database_list")]
    [InlineData("set enable_external_access = true")]
    [InlineData("set memory_limit = '100GB'")]
    [InlineData("reset enable_external_access")]
    [InlineData("export database '{stolen}'")]
    [InlineData("call enable_logging(storage = 'file', storage_config = {'path': '{stolen}'})")]
    [InlineData("select * from enable_logging('QueryLog', storage = 'file', storage_config = {'path': '{stolen}'})")]
    [InlineData("insert into plain select * from plain")]
    [InlineData("delete from f0.main.plain")]
    [InlineData("create table mine (a int)")]
    [InlineData("drop view plain")]
    [InlineData("checkpoint")]
    [InlineData("select 1; select 2")]
    [InlineData("select 1) union all (select content from read_text('/etc/hostname')")]
    [InlineData("")]
    [InlineData("-- nothing")]
    [InlineData("select nothing from nowhere")]
    public async Task Only_one_select_over_the_tool_s_events_runs_and_the_audit_log_has_every_attempt(
        string sql)
    {
        await using var collector = await StartAsync();
        await collector.SendAsync(Some.LineOf(1));
        await File.WriteAllTextAsync(collector.Folder["other"], "x", TestContext.Current.CancellationToken);
        sql = sql.Replace("{stolen}", collector.Folder["stolen"], StringComparison.Ordinal)
            .Replace("{other}", collector.Folder["other"], StringComparison.Ordinal);

        var answer = await AskAsync(collector, sql);

        Assert.True(answer.Status == 400, answer.Text);
        Assert.Equal("query", answer.Problem);
        Assert.False(Path.Exists(collector.Folder["stolen"]));
        var host = (await File.ReadAllTextAsync("/etc/hostname", TestContext.Current.CancellationToken)).Trim();
        Assert.True(host.Length < 4 || !answer.Text.Contains(host, StringComparison.Ordinal));
        var line = Assert.Single(Audit(collector));
        Assert.Equal(sql, Text(line, "query"));
        Assert.StartsWith("refused: ", Text(line, "outcome"), StringComparison.Ordinal);
        Assert.Equal("1", (await AskAsync(collector, "select count(*) from plain")).Text.Split('\n')[1]);
    }

    [Fact]
    public async Task Rows_memory_and_time_are_bounded()
    {
        await using var collector = await StartAsync(
            limits => limits with { MaxQueryRows = 5, QueryTimeout = TimeSpan.FromSeconds(8), MaxQueryMemoryMiB = 64 });

        var many = await AskAsync(collector, "select * from range(100)");
        var large = await AskAsync(collector,
            "select count(distinct hash(a.range + b.range * 1000000)) from range(30000) a, range(10000) b");
        var endless = await AskAsync(collector, "select count(*) from range(100000000000000) where hash(range) = 3");

        Assert.Equal((200, 6, "1"),
            (many.Status, many.Text.Count(c => c == '\n'), many.Headers["Tallymark-Truncated"]));
        Assert.Equal((400, "query"), (large.Status, large.Problem));
        Assert.Equal(400, endless.Status);
        Assert.Contains("took longer than 8 seconds", endless.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await collector.SendAsync(Some.Line())).Status);
    }

    [Fact]
    public async Task A_deleted_installation_is_in_no_result()
    {
        const string Proof = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        var id = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData([.. "installation"u8, .. Convert.FromHexString(Proof)]));
        await using var collector = await StartAsync();
        await collector.SendAsync(Some.Line(fields: $"\"installation\":\"{id}\""), Some.LineOf(2));
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/deletions")
        {
            Content = new StringContent($$"""{"tallymark":1,"tool":"probe","proofs":["{{Proof}}"]}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        Assert.Equal(200, (await collector.SendAsync(request)).Status);

        Assert.Equal("1", (await AskAsync(collector, "select count(*) from plain")).Text.Split('\n')[1]);
        Assert.Equal("0",
            (await AskAsync(collector, $"select count(*) from f0.main.plain where installation = '{id}'")).Text.Split(
                '\n')[1]);
    }

    [Theory]
    [InlineData(Role.Reader)]
    [InlineData(Role.Operator)]
    public async Task Only_a_maintainer_may_query(Role role)
    {
        await using var collector = await StartAsync();
        Assert.Equal((403, "forbidden"), (await AskAsync(collector, "select 1", role: role)) is var answer
            ? (answer.Status, answer.Problem) : default);
        Assert.Equal(404, (await AskAsync(collector, "select 1", tool: "nothing")).Status);
        Assert.Equal(413, (await AskAsync(collector, "select 1 " + new string('-', 17_000))).Status);
    }

    [Fact]
    public async Task The_command_queries_the_running_collector_or_else_the_files()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        string[] ask = ["query", "--tool", "probe", "--data", folder["data"],
            "select status, count(*) as n from plain group by all"];
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            using var content = new ByteArrayContent(Some.Batch(Some.Line(), Some.Line()));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using var reply = await http.PostAsync(new Uri("v1/batches", UriKind.Relative), content,
                TestContext.Current.CancellationToken);
            Assert.True(reply.IsSuccessStatusCode);
            Assert.Equal(new ProcessResult(0, "status\tn\nsuccess\t2\n", ""), await CollectorProgram.Run(ask));
            var (code, output, error) = await CollectorProgram.Run([.. ask[..^1], "drop view plain"]);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("Only a SELECT is allowed", error, StringComparison.Ordinal);
            Assert.Equal(0, (await serve.Stop()).ExitCode);
        }

        Assert.Equal(new ProcessResult(0, "status\tn\nsuccess\t2\n", ""), await CollectorProgram.Run(ask));
        var lines = AuditLog.Lines(DataFolder.Open(folder["data"])).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal(["answered", "refused: Only a SELECT is allowed: raw events can be read but not changed.",
            "answered"], lines.Select(line => Text(line, "outcome")));
        Assert.All(lines, line => Assert.Equal("local", Text(line, "who")));
    }

    [Fact(Timeout = 60_000)]
    public async Task When_memory_runs_out_the_kernel_ends_a_query_before_the_collector()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such a score.");
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder);
        var token = (await CollectorProgram.Run("token", "--data", folder["data"])).With(0).Output.Trim();
        using var http = new HttpClient { BaseAddress = serve.Address };
        using var asking = System.Threading.CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/query?tool=probe")
        {
            Content = new ByteArrayContent("select count(*) from range(1000000) a, range(1000000) b"u8.ToArray()),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/sql");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = http.SendAsync(request, asking.Token);

        while (await ScoreOfChildAsync(serve.Id, cancel) != "1000\n")
            Assert.False(answer.IsCompleted, "The query ended before its score was seen.");
        Assert.Equal("0\n", await File.ReadAllTextAsync($"/proc/{serve.Id}/oom_score_adj", cancel));

        await asking.CancelAsync(); // the collector ends the process
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        (await serve.Stop()).With(0);
    }

    static async Task<string> ScoreOfChildAsync(int parent, System.Threading.CancellationToken cancel)
    {
        foreach (var thread in Directory.GetDirectories($"/proc/{parent}/task"))
        {
            try
            {
                var children = await File.ReadAllTextAsync(Path.Combine(thread, "children"), cancel);
                foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    return await File.ReadAllTextAsync($"/proc/{child}/oom_score_adj", cancel);
            }
            catch (IOException)
            {
                // The thread or the child has ended.
            }
        }

        return "";
    }

    static Task<InProcessCollector> StartAsync(Func<Limits, Limits>? with = null) =>
        InProcessCollector.StartAsync(
            null, data => new DuckDb.DuckDbEventStore(data.Path, new DuckDb.DuckDbOptions { QueryProgram = Program }),
            options => options with { Limits = with?.Invoke(options.Limits) ?? options.Limits });

    static async Task<Answer> AskAsync(InProcessCollector collector, string sql, bool json = false, Role role =
        Role.Maintainer, string tool = "probe")
    {
        var tokens = new TokenFile(DataFolder.Open(collector.Data));
        tokens.Revoke("ada");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/query?tool=" + tool)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sql)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/sql");
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Bearer", tokens.Add(TimeProvider.System.GetUtcNow(), "ada", role));
        if (json)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await collector.SendAsync(request);
    }

    static System.Collections.Generic.List<JsonElement> Audit(InProcessCollector collector) =>
        [.. AuditLog.Lines(DataFolder.Open(collector.Data)).Select(line => JsonDocument.Parse(line).RootElement)];

    static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
