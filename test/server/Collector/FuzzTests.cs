// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>The fuzzer of bench/Fuzz and its referee, with few requests; ./bench.sh fuzz sends a million.</summary>
public sealed class FuzzTests
{
    const int Seed = 7;

    static readonly string Corpus = Path.Combine(AppContext.BaseDirectory, "corpus");
    static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 51, 21, 500, TimeSpan.Zero);

    [Fact]
    public async Task Twenty_thousand_mutated_requests_are_answered_and_stored_as_the_specification_says()
    {
        const int Requests = 20_000;
        using var folder = new TempFolder();
        var output = new StringWriter { NewLine = "\n" };

        await new Campaign(Corpus, Seed, output, folder["failures"]).RunAsync(Requests);

        TestContext.Current.TestOutputHelper!.WriteLine(output.ToString());
        Assert.StartsWith("fuzz: requests=20000 ", output.ToString().Split('\n')[^2], StringComparison.Ordinal);
        string[] corners =
        [
            "stored", "dropped", "duplicate", "malformed", "unknown-tool", "unknown-manifest", "too-large", "method",
            "content-type", "wild 400",
        ];
        // The mutations reach every outcome.
        foreach (var corner in corners)
            Assert.Contains($" {corner} ", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a row that was never sent", "INSERT INTO main.plain SELECT * FROM main.plain LIMIT 1", "1 wanted")]
    [InlineData("a lost row", "DELETE FROM main.plain WHERE rowid = (SELECT min(rowid) FROM main.plain)",
        "0 stored")]
    [InlineData("another value",
        "UPDATE main.plain SET status = 'unknown' WHERE rowid = (SELECT min(rowid) FROM main.plain)", "0 stored")]
    public async Task The_referee_detects_a_changed_store(string what, string sql, string complaint)
    {
        using var folder = new TempFolder();
        var corpus = new Corpus(Corpus, Now);
        List<FuzzRequest> requests = [];
        for (var i = 0; i < 20; i++)
            requests.Add(new FuzzRequest
            {
                Number = i,
                Body = Some.Batch(Some.Line(fields: $"\"installation\":\"{i:x64}\"", time: "2026-11-20T10:51:21Z"))
            });
        await using var real = await TargetHere.StartAsync(corpus, folder.Path, Now);
        await using var target = new Meddled(real, sql);

        var seen = await Assert.ThrowsAsync<FuzzException>(
            () => new Round(corpus, target, Now, clockStands: true, folder["failures"]).RunAsync(requests));

        Assert.True(seen.Message.Contains(complaint, StringComparison.Ordinal), $"{what}: {seen.Message}");
    }

    [Fact]
    public async Task A_request_that_failed_can_be_sent_again_from_its_file()
    {
        using var folder = new TempFolder();
        var request = new RequestMaker(new Corpus(Corpus, Now), Seed, Now).Make(41) with { WildHead = null };
        request.Save(folder["request.json"], Now, "a test");

        var (again, now, complaint) = FuzzRequest.Load(folder["request.json"]);

        Assert.Equal((Now, "a test"), (now, complaint));
        Assert.Equal(request.Bytes(), again.Bytes());
        Assert.Equal(0, await Campaign.ReplayAsync(Corpus, folder["request.json"]));
    }

    /// <summary>A collector whose files the test changes after it has stopped.</summary>
    sealed class Meddled(ITarget target, string sql) : ITarget
    {
        public System.Net.IPEndPoint Address => target.Address;

        public Uri Metrics => target.Metrics;

        public string Data => target.Data;

        public string Log => target.Log;

        public long Memory => target.Memory;

        public async Task StopAsync()
        {
            await target.StopAsync();
            var changed = 0;
            foreach (var path in Directory.EnumerateFiles(Path.Combine(Data, "tools", Some.Tool, "parts"), "*.duckdb"))
            {
                using var database = DuckDb.Interop.Database.Open(path, []);
                using var connection = database.Connect();
                try
                {
                    connection.Execute(sql);
                    changed++;
                }
                catch (Store.StoreException)
                {
                    // Not the file with the events.
                }
            }

            Assert.Equal(1, changed);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
