// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Tallymark.Collector.Tests;

/// <summary>
/// The files of <c>eng/deploy</c>: rules and board name metrics that exist, and Debian's nginx works with the example.
/// </summary>
public sealed partial class DeployTests
{
    static readonly string Deploy = Path.Combine(Repository.Root, "eng", "deploy");

    [Theory]
    [InlineData("prometheus/tallymark.rules.yml")]
    [InlineData("grafana/tallymark.json")]
    public async Task Every_metric_that_a_rule_or_a_panel_names_is_in_a_scrape(string file)
    {
        using var folder = new TempFolder();
        await using var collector = await InProcessCollector.StartAsync(folder);
        await collector.SendAsync(Some.Line(), Some.Line("invented"));
        var text = await File.ReadAllTextAsync(Path.Combine(Deploy, file), TestContext.Current.CancellationToken);

        var scraped = MetricName().Matches((await collector.GetAsync("metrics")).Text).Select(match => match.Value)
            .Append("tallymark_certificate_end_seconds") // only with a certificate
            .ToHashSet(StringComparer.Ordinal);
        var named = MetricName().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        Assert.InRange(named.Count, 10, 100);
        Assert.Empty(named.Except(scraped, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Behind_nginx_as_in_the_example_the_limits_hold_and_a_large_body_gets_the_collectors_answer()
    {
        Assert.SkipUnless(Programs.Works("nginx", "-v"), "nginx is not installed.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(
            folder, "--trusted-proxy", "127.0.0.1", "--rate", "0.001", "--rate-burst", "4");
        var port = FreePort();
        WriteNginx(folder, serve.Address.Port, port);
        using var nginx = Process.Start(new ProcessStartInfo(
            "nginx", ["-p", folder.Path, "-c", folder["nginx.conf"], "-g", "daemon off;"]))!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await UntilListeningAsync(port);
            Assert.Equal(HttpStatusCode.OK, await SendAsync(http, Some.Batch(Some.Line())));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(http, new byte[600 * 1024]));
            using var metrics = await http.GetAsync(
                new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, metrics.StatusCode);
            // nginx on this machine is one network for the collector, with a limit, whatever the client writes.
            http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.1");
            Assert.Equal(HttpStatusCode.OK, await SendAsync(http, Some.Batch(Some.Line())));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(http, Some.Batch(Some.Line())));
            Assert.Equal(HttpStatusCode.TooManyRequests, await SendAsync(http, Some.Batch(Some.Line())));
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync(CancellationToken.None);
        }

        Assert.DoesNotContain("proxy", serve.Log, StringComparison.Ordinal);
        (await serve.Stop()).With(0);
    }

    // The example, with other ports and without its certificate.
    static void WriteNginx(TempFolder folder, int upstream, int port)
    {
        var lines = File.ReadLines(Path.Combine(Deploy, "nginx", "tallymark.conf"))
            .Where(line => !line.Contains("ssl_", StringComparison.Ordinal)
                && !line.Contains("listen [::]", StringComparison.Ordinal))
            .Select(line => line
                .Replace("server 127.0.0.1:8080;", $"server 127.0.0.1:{upstream};", StringComparison.Ordinal)
                .Replace("listen 443 ssl;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
                .Replace("/var/log/nginx/", folder.Path + "/", StringComparison.Ordinal));
        folder.Write("nginx.conf", $$"""
            pid {{folder["nginx.pid"]}};
            events {}
            http {
                client_body_temp_path {{folder["body"]}};
                proxy_temp_path {{folder["proxy"]}};
                fastcgi_temp_path {{folder["fastcgi"]}};
                uwsgi_temp_path {{folder["uwsgi"]}};
                scgi_temp_path {{folder["scgi"]}};
            {{string.Join('\n', lines)}}
            }
            """);
    }

    static async Task<HttpStatusCode> SendAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var reply = await http.PostAsync(
            new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return reply.StatusCode;
    }

    static async Task UntilListeningAsync(int port)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield(); // nginx has no signal for it
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"\b(?:tallymark|process)_[a-z_]+[a-z]\b", RegexOptions.None, 1000)]
    private static partial Regex MetricName();
}
