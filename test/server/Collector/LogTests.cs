// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Tests;

/// <summary>The log: its forms, and that a log that can't be written disturbs nothing.</summary>
public sealed class LogTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("2> >(exit 0)")] // a pipe whose reader has gone
    public async Task Whatever_standard_error_is_the_collector_serves_and_stops_cleanly(string redirection)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such redirections.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("manifests/broken.yaml", "nonsense"); // so that there is something to log
        await using var serve = await CollectorProgram.ServeUnder(
            ["bash", "-c", $"exec \"$@\" {redirection}", "bash"], folder);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(serve));
        File.Delete(folder["manifests/broken.yaml"]);
        folder.Write("manifests/worse.yaml", "nonsense");
        (await CollectorProgram.Run("reload", "--data", folder["data"])).With(1);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(serve));
        Assert.InRange(await LostAsync(serve), 2, 100); // the refusals of the two files
        (await serve.Stop()).With(0);

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(2, store.CountEvents(Some.Tool)["plain"]);
    }

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public async Task A_command_that_can_write_nowhere_ends_without_being_aborted(string redirection)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such redirections.");
        using var folder = new TempFolder();
        folder.Write("m.yaml", Some.Manifest);
        string[][] commands =
        [
            ["status", "--data", folder["none"]], ["token", "--data", folder["data"]], ["check", folder["m.yaml"]],
            ["dictionary", folder["m.yaml"]], ["status", "--nonsense"], ["--help"],
        ];
        foreach (var command in commands)
        {
            var ended = await ProcessRun.Run(
                "bash", ["-c", $"exec \"$@\" {redirection}", "bash", .. CollectorProgram.Tallymark, .. command],
                new Dictionary<string, string>(StringComparer.Ordinal), inherit: true);
            Assert.True(ended.ExitCode is 0 or 1 or 2, $"{string.Join(' ', command)}: exit code {ended.ExitCode}");
            Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    public async Task A_command_whose_answer_is_lost_says_so_and_fails(string redirection)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such redirections.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        folder.Write("m.yaml", Some.Manifest);
        await using (var collector = await InProcessCollector.StartAsync(folder))
            await collector.SendAsync(Some.Line());
        string[][] commands =
        [
            ["status", "--data", folder["data"]], ["query", "--data", folder["data"], "--tool", "probe", "select 1"],
            ["dictionary", folder["m.yaml"]], ["token", "--data", folder["data"]], ["--version"],
        ];
        foreach (var command in commands)
        {
            var ended = await ProcessRun.Run(
                "bash", ["-c", $"exec \"$@\" {redirection}", "bash", .. CollectorProgram.Tallymark, .. command],
                new Dictionary<string, string>(StringComparer.Ordinal), inherit: true);
            Assert.Equal((command[0], 1), (command[0], ended.ExitCode));
            Assert.StartsWith("tallymark", ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("internal error", ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_line_has_the_date_and_in_the_journal_its_priority()
    {
        Assert.Equal(
            "2026-11-20T12:00:00Z 7 text",
            new LogStyle().Format(Noon, LogLevel.Information, new EventId(7), "text"));
        Assert.Equal(
            "<3>2026-11-20T12:00:00Z 7 error: text\n<3>   at there",
            new LogStyle(HasPriority: true).Format(Noon, LogLevel.Error, new EventId(7), "text\n   at there"));
        Assert.Equal(
            ["<2>", "<4>", "<6>"],
            new[] { LogLevel.Critical, LogLevel.Warning, LogLevel.Information }.Select(
                level => new LogStyle(HasPriority: true).Format(Noon, level, new EventId(7), "text")[..3]));
    }

    [Fact]
    public void As_JSON_a_message_is_one_line_with_every_part()
    {
        var line = new LogStyle(LogFormat.Json).Format(Noon, LogLevel.Error, new EventId(7, "Broke"), "a \"b\"\n   at");

        Assert.Equal(
            """{"time":"2026-11-20T12:00:00Z","level":"error","id":7,"name":"Broke","message":"a \"b\"\n   at"}""",
            line);
    }

    [Fact]
    public async Task The_option_selects_JSON()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder, "--log-format", "json");
        await serve.Stop();

        foreach (var line in serve.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var message = JsonDocument.Parse(line);
            Assert.InRange(message.RootElement.GetProperty("id").GetInt32(), 100, 399);
        }

        Assert.Contains("\"name\":\"Stopped\"", serve.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task In_the_journal_of_systemd_each_line_has_its_priority()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has systemd.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        using var journal = new TcpListener(IPAddress.Loopback, 0); // as for systemd, standard error is a socket
        journal.Start();
        var port = ((IPEndPoint)journal.LocalEndpoint).Port;
        await using var serve = await CollectorProgram.ServeUnder(
            ["bash", "-c", $"exec 2<>/dev/tcp/127.0.0.1/{port}; s=$(readlink /proc/$$/fd/2); s=${{s#socket:[}}; "
                + "export JOURNAL_STREAM=8:${s%]}; exec \"$@\"", "bash"], folder);
        using var stream = await journal.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream.GetStream());

        Assert.Matches(
            "^<6>20..-..-..T..:..:..Z 101 Manifest probe version 1 accepted$",
            await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        (await serve.Stop()).With(0);
    }

    [Fact]
    public async Task No_thread_waits_for_a_stream_that_takes_nothing_and_what_is_lost_is_counted()
    {
        using var stuck = new StuckStream();
        var queue = new LogQueue(stuck);
        var line = new string('x', 1000);
        for (var i = 0; i < 2_000; i++)
            queue.WriteLine(line); // more than the queue holds
        Assert.InRange(queue.Lost, 900, 1_100);

        stuck.Release();
        await queue.DisposeAsync();
        Assert.Equal(2_000, queue.Lost + stuck.Lines);
        queue.WriteLine("after the end");
        Assert.Equal(2_001, queue.Lost + stuck.Lines);
    }

    [Fact]
    public void The_log_itself_says_how_many_messages_were_lost()
    {
        using var full = new FullWriter();
        using var log = new StandardErrorLog(full, new FakeTimeProvider(Noon), new LogStyle());
        var logger = log.CreateLogger(StandardErrorLog.Category);
        full.IsFull = true;
        logger.Started(1);
        logger.Started(2);
        full.IsFull = false;
        logger.Started(3);

        Assert.Equal(2, log.Lost);
        Assert.Equal(
            "2026-11-20T12:00:00Z 99 warning: 2 earlier messages could not be written\n"
            + "2026-11-20T12:00:00Z 100 Started; collecting for 3 tools\n",
            full.ToString().ReplaceLineEndings("\n"));
    }

    static async Task<long> LostAsync(ServeProcess serve)
    {
        const string Counter = "tallymark_log_lost_total ";
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(serve.Metrics, TestContext.Current.CancellationToken);
        var line = Assert.Single(metrics.Split('\n'), line => line.StartsWith(Counter, StringComparison.Ordinal));
        return long.Parse(line[Counter.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task<HttpStatusCode> SendAsync(ServeProcess serve)
    {
        using var http = new HttpClient { BaseAddress = serve.Address };
        using var content = new ByteArrayContent(Some.Batch(Some.Line()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var reply = await http.PostAsync(
            new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return reply.StatusCode;
    }

    /// <summary>A writer to a disk that can be full.</summary>
    sealed class FullWriter : StringWriter
    {
        public bool IsFull { get; set; }

        public override void WriteLine(string? value)
        {
            if (IsFull)
                throw new IOException("No space left on device");
            base.WriteLine(value);
        }
    }

    /// <summary>A pipe whose reader does not read until it is released.</summary>
    sealed class StuckStream : MemoryStream
    {
        readonly ManualResetEventSlim _released = new();

        public int Lines { get; private set; }

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait();
            Lines++;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
