// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>
/// The real command: what it prints, how it stops, and that neither a stop nor a kill loses an acknowledged event.
/// </summary>
public sealed class ProcessTests
{
    static TempFolder Folder()
    {
        var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        return folder;
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_lets_a_request_in_progress_finish_commits_it_and_exits_0(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        Assert.SkipWhen(signal == "INT"
            && IsInterruptIgnored(),
            "The parent process ignores SIGINT, as a shell does for background jobs.");
        using var folder = Folder();
        await using var serve = await CollectorProgram.Serve(folder);
        var body = Some.Batch(Some.LineOf(1), Some.LineOf(2));
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, serve.Address.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nExpect: 100-continue\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        // The request is being received.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        serve.Signal(signal);
        await serve.WaitForLog("Stopping");
        await stream.WriteAsync(body, TestContext.Current.CancellationToken);
        var reply = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var (code, output, _) = await serve.End();

        Assert.StartsWith("HTTP/1.1 200 OK", reply, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Equal("", output); // standard output has results only: the address was the whole of it
        await serve.WaitForLog("Stopped");
        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(2, store.CountEvents(Some.Tool)["plain"]);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Every_acknowledged_event_is_stored_after_the_process_ended(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        const int Batches = 400;
        using var folder = Folder();
        var acknowledged = new ConcurrentDictionary<Guid, bool>();
        var all = new ConcurrentDictionary<Guid, byte[]>();
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Batches), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, _) =>
            {
                var id = Guid.NewGuid();
                all[id] = Some.Batch([Some.LineOf(i), Some.LineOf(i + 1)], id);
                if (await TrySendAsync(http, all[id]) is { } reply)
                {
                    Assert.Equal(2, reply.GetProperty("stored").GetInt32());
                    acknowledged[id] = true;
                }

                if (acknowledged.Count >= 50 && all.TryAdd(Guid.Empty, []))
                    serve.Signal(signal);
            });
            var (code, _, _) = await serve.End();
            Assert.Equal(signal == "TERM" ? 0 : 137, code);
        }

        all.TryRemove(Guid.Empty, out _);
        Assert.InRange(acknowledged.Count, 50, Batches - 1); // the process ended in the middle

        // A second process on the same folder: acknowledged batches are duplicates, the others are stored once.
        await using (var serve = await CollectorProgram.Serve(folder))
        {
            using var http = new HttpClient { BaseAddress = serve.Address };
            foreach (var (id, body) in all)
            {
                var reply = (await TrySendAsync(http, body))!.Value;
                if (acknowledged.ContainsKey(id))
                    Assert.Equal(2, reply.GetProperty("dropped").GetProperty("duplicate").GetInt32());
                Assert.Equal(2, reply.GetProperty("received").GetInt32());
            }

            Assert.Equal(0, (await serve.Stop()).ExitCode);
        }

        using var store = new DuckDbEventStore(folder["data"]);
        Assert.Equal(2 * all.Count, store.CountEvents(Some.Tool)["plain"]);
    }

    [Fact]
    public async Task No_address_and_no_payload_is_in_the_output_after_any_request()
    {
        const string Address = "203.0.113.77";
        using var folder = Folder();
        await using var serve = await CollectorProgram.Serve(
            folder, "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8");
        using var http = new HttpClient { BaseAddress = serve.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", Address);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("zwiebel/1");
        await TrySendAsync(http, Some.Batch(Some.Line(), Some.Line("zwiebel"), "zwiebel"));
        await TrySendAsync(http, "zwiebel"u8.ToArray());
        await http.GetAsync(new Uri("/zwiebel?" + Address, UriKind.Relative), TestContext.Current.CancellationToken);
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(
                IPAddress.Loopback, serve.Address.Port, TestContext.Current.CancellationToken);
            await connection.GetStream()
                .WriteAsync("zwiebel no http\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(connection.GetStream());
            var reply = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 400", reply, StringComparison.Ordinal);
        }

        serve.Signal("TERM");
        await serve.End();
        await serve.WaitForLog("Stopped");

        Assert.Contains("collecting for 1 tools", serve.Log, StringComparison.Ordinal);
        foreach (var trace in new[] { "203.0", "127.0.0.1", "zwiebel" })
            Assert.DoesNotContain(trace, serve.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_made_by_the_command_opens_the_live_view_of_a_running_collector()
    {
        using var folder = Folder();
        await using var serve = await CollectorProgram.Serve(folder);

        var (code, output, error) = await CollectorProgram.Run("token", "--data", folder["data"]);

        Assert.Equal((0, ""), (code, error));
        var token = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var http = new HttpClient { BaseAddress = serve.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var live = await http.GetAsync(
            new Uri("v1/live?tool=probe", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Theory]
    [InlineData("--listen", "localhost")]
    [InlineData("--listen", "127.0.0.1")]
    [InlineData("--listen", "127.0.0.1:99999")]
    [InlineData("--trusted-proxy", "somewhere")]
    public async Task An_invalid_option_is_named_with_what_to_write_instead(string option, string value)
    {
        using var folder = Folder();
        string[] listen = option == "--listen" ? [] : ["--listen", "127.0.0.1:0"];

        var (code, output, error) = await CollectorProgram.Run(
            ["serve", "--data", folder["data"], "--manifests", folder["manifests"], .. listen, option, value]);

        Assert.NotEqual(0, code);
        Assert.Contains($"{option} {value}: write", error, StringComparison.Ordinal);
        Assert.DoesNotContain("listening on http", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_start_writes_one_line_to_standard_error()
    {
        using var folder = Folder();
        await using var serve = await CollectorProgram.Serve(folder);

        string[] arguments = ["serve", "--manifests", folder["manifests"], "--listen", serve.Address.Authority];
        var same = await CollectorProgram.Run([.. arguments, "--data", folder["data"]]);
        var taken = await CollectorProgram.Run([.. arguments, "--data", folder["other"]]);

        Assert.Equal((1, ""), (same.ExitCode, same.Output));
        Assert.Contains(" is in use by another collector or tallymark command.", same.Errors, StringComparison.Ordinal);
        Assert.Equal((2, ""), (taken.ExitCode, taken.Output));
        Assert.Contains(
            $"tallymark serve: --listen {serve.Address.Authority}: another process listens there.", taken.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", taken.Errors, StringComparison.Ordinal);
    }

    // The children of a process that ignores a signal ignore it too.
    static bool IsInterruptIgnored()
    {
        const string Ignored = "SigIgn:", Status = "/proc/self/status";
        const int Interrupt = 2;
        return File.Exists(Status) && File.ReadLines(Status)
            .FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (Convert.ToUInt64(mask[Ignored.Length..].Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
    }

    static async Task<JsonElement?> TrySendAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        try
        {
            using var response = await http.PostAsync(
                new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            return JsonDocument.Parse(
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        }
        catch (HttpRequestException)
        {
            return null; // it has ended
        }
    }
}
