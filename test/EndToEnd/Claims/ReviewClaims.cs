// SPDX-License-Identifier: MIT
// The foundation review's claims about the client. NeverSentTests covers the secret behind the id.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class ReviewClaims
{
    [Theory]
    [InlineData("CI", "true")]
    [InlineData("GITHUB_ACTIONS", "true")]
    [InlineData("TF_BUILD", "True")]
    [InlineData("JENKINS_URL", "https://build.example/")]
    [Claim("LF-05")]
    public async Task A_fully_automated_installation_collects_nothing_and_the_form_says_so(string name, string value)
    {
        using var home = new Home();
        home.Environment[name] = value;
        await home.SetUp();
        foreach (var command in (string[][])[["search", "zlib"], ["install", "zlib"], ["list"], ["remove", "zlib"]])
            Assert.Equal(0, (await home.Kmpkg(command)).ExitCode);
        Assert.Empty(home.Lines("spool"));
        Assert.False(File.Exists(Path.Combine(home.State, "installation")));

        Assert.Contains($"automated build: environment variable {name}={value}", (await home.Telemetry("why")).Output,
            StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(
            Path.Combine(Path.GetDirectoryName(Product.ManifestFile)!, "docs/about/privacy.md"),
            TestContext.Current.CancellationToken);
        Assert.Contains("Nothing is recorded on a build server", page.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        var form = await Form();
        var answer = form[form.IndexOf("### 2.5 Fully automated installations\n", StringComparison.Ordinal)..];
        Assert.Contains("\n\nHow notice and opt-in work there: ", answer, StringComparison.Ordinal);
        Assert.Contains(
            "\n\nWhether anything is ever collected there: nothing is collected in an automated build, ", answer,
            StringComparison.Ordinal);
        Assert.True(answer.Contains($"`{name}`", StringComparison.Ordinal) || name == "TF_BUILD", name);

        // The same home without the variable of a build server.
        home.Environment.Remove(name);
        await home.Kmpkg("list");
        Assert.Single(home.Lines("spool"));
    }

    [Fact]
    [Claim("LF-01")]
    public async Task The_form_lists_every_element_that_leaves_the_tool_with_the_documents_three_answers()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        foreach (var command in (string[][])[["search", "zlib"], ["install", "zlib"], ["list"], ["remove", "zlib"]])
            Assert.Equal(0, (await home.Kmpkg(command)).ExitCode);
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);
        Assert.Equal(0, await collector.Stop());
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Product.Root, "test/documents/lf-form.json"), TestContext.Current.CancellationToken));
        var columns = document.RootElement.GetProperty("table1_columns").EnumerateArray().Select(c => c.GetString());

        var form = await Form();
        var table = form.Split('\n')
            .SkipWhile(line => !line.Equals($"| {string.Join(" | ", columns)} |", StringComparison.OrdinalIgnoreCase))
            .Skip(2).TakeWhile(line => line.Length > 0).Select(line => line[2..^2].Split(" | "))
            .ToDictionary(cells => cells[0].Trim('`'), StringComparer.Ordinal);
        Assert.All(table.Values, cells =>
        {
            Assert.Equal(5, cells.Length);
            Assert.All(cells[1..4], answer => Assert.True(answer is "Yes" or "No", answer));
            Assert.NotEmpty(cells[4]);
        });

        // Columns that the store adds to each event; they carry no data about a use of the tool.
        string[] own = ["tool", "manifest", "received", "provenance", "withheld", "batch", "counts", "network"];
        var stored = (await collector.Events()).SelectMany(row => row.Keys).Distinct(StringComparer.Ordinal).ToList();
        Assert.Contains("packages", stored);
        foreach (var column in stored.Except(own, StringComparer.Ordinal))
            Assert.Contains(column is "event" or "time" or "status" ? table.Keys.Single(
                element => element.EndsWith(" of the event", StringComparison.Ordinal)
                    && element.StartsWith(column == "event" ? "name" : column, StringComparison.Ordinal)) : column, table);

        var answers = document.RootElement.GetProperty("table1").EnumerateArray()
            .ToDictionary(row => row.GetProperty("element").GetString()!, StringComparer.Ordinal);
        foreach (var (element, theirs) in ((string, string)[])[
            ("installation", "Unique installation ID"), ("version", "MLflow version"), ("os", "Operating System"),
            ("os_version", "Operating System"), ("name of the event", "API name")])
        {
            string[] expected = [.. ((string[])["personal", "identifier", "sensitive"])
                .Select(question => answers[theirs].GetProperty(question).GetBoolean() ? "Yes" : "No")];
            Assert.Equal(expected, table[element][1..4]);
        }
    }

    [Fact]
    [Claim("LF-10")]
    public async Task Data_goes_to_the_one_endpoint_and_nowhere_else_and_no_other_program_is_started()
    {
        await using var collector = await RunningCollector.Start();
        using var home = new Home(collector.Endpoint);
        await home.SetUp();
        await home.Kmpkg("list");
        var trace = Path.Combine(home.Folder, "trace");
        var upload = await Product.Run(
            "strace", ["-f", "-qq", "-e", "trace=connect,sendto,execve", "-o", trace, home.Tool, "telemetry", "upload"],
            home.Environment, TestContext.Current.CancellationToken);
        Assert.True(upload.ExitCode == 0, upload.Errors);

        var calls = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        var port = home.ProxyPort.ToString(CultureInfo.InvariantCulture);
        var connects = calls.Where(c => c.Contains(" connect(", StringComparison.Ordinal)
            && c.Contains("AF_INET", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(connects);
        Assert.All(connects, c => Assert.Contains($"htons({port})", c, StringComparison.Ordinal));
        Assert.Single(calls, c => c.Contains(" execve(", StringComparison.Ordinal));
    }

    [Fact]
    [Claim("LF-10")]
    public async Task The_user_can_read_the_endpoint_and_only_a_loopback_address_can_replace_it()
    {
        using var home = new Home("https://elsewhere.example/v1/batches");
        await home.SetUp();
        Assert.Contains(
            "Endpoint: https://telemetry.kmpkg.example/v1/batches\n", (await home.Telemetry("status")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    [Claim("LF-10")]
    public async Task The_tool_neither_follows_nor_runs_a_reply_and_makes_no_file_executable()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var home = new Home($"http://{server.LocalEndpoint}/v1/batches");
        await home.SetUp();
        await home.Kmpkg("list");

        string[] heads = [
            $"307 Temporary Redirect\r\nLocation: http://{elsewhere.LocalEndpoint}/v1/batches",
            "200 OK\r\nTallymark-Collector: 1",
            "400 Bad Request\r\nTallymark-Collector: 1"];
        var program = $"#!/bin/sh\ntouch {home.Folder}/was-run\n";

        // First as the reply to the request for settings; then, after valid settings, as the reply to a batch.
        foreach (var head in heads)
        {
            var upload = home.Telemetry("upload");
            await Answer(server, "GET ", head, program);
            Assert.Equal(1, (await upload).ExitCode);
        }

        Assert.False(File.Exists(Path.Combine(home.State, "settings")));
        foreach (var head in heads)
        {
            var upload = home.Telemetry("upload");
            if (head == heads[0])
                await Answer(server, "GET ", heads[1], """{"tallymark":1,"lifetime_hours":1}""");
            await Answer(server, "POST ", head, program);
            Assert.Equal(1, (await upload).ExitCode);
        }

        Assert.False(elsewhere.Pending());
        Assert.False(File.Exists(Path.Combine(home.Folder, "was-run")));
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(home.State, "batches"))); // no reply named the batch
        var executable = await Product.Run(
            "find", [home.State, "-type", "f", "-perm", "/111"], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (executable.ExitCode, executable.Output));
    }

    static async Task<string> Form() => (await Product.Run(
        Product.Tallymark, ["review", Product.ManifestFile], new Dictionary<string, string>(StringComparer.Ordinal),
        TestContext.Current.CancellationToken)).Output;

    /// <summary>Reads one whole request, checks its method and sends the reply.</summary>
    static async Task Answer(TcpListener server, string method, string head, string body)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = await server.AcceptTcpClientAsync(stop);
        var stream = client.GetStream();
        var request = new byte[65_536];
        var length = 0;
        while (!IsWhole(request.AsSpan(0, length)))
        {
            var read = await stream.ReadAsync(request.AsMemory(length), stop);
            Assert.True(read > 0, "the request ended early");
            length += read;
        }

        Assert.StartsWith(method, Encoding.ASCII.GetString(request, 0, length), StringComparison.Ordinal);
        var answer = $"HTTP/1.1 {head}\r\nContent-Type: application/x-sh\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
    }

    static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var end = request.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var header = Encoding.ASCII.GetString(request[..end]).Split("\r\n")
            .SingleOrDefault(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase),
                "Content-Length: 0");
        return request.Length >= end + 4
            + int.Parse(header.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
    }
}
