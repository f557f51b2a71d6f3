// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Pages and published files are served as plain files, and no other file is.</summary>
public sealed class PagesTests
{
    static async Task<(InProcessCollector Collector, TempFolder Folder)> StartAsync(FakeStore store)
    {
        var folder = new TempFolder();
        folder.Write("www/index.html", "<title>public</title>");
        folder.Write("www/maintainer.html", "<title>live</title>");
        folder.Write("www/assets/page.js", "1");
        folder.Write("public/index.json", "{}");
        folder.Write("public/probe/probe-usage-2026-q4.tsv", "Day\tOccurrences\n");
        folder.Write("public/probe/dictionary.md", "# Probe\n");
        folder.Write("public/probe/.hidden.json", "secret");
        folder.Write("public/.git/config.txt", "secret");
        folder.Write("public/probe/dump.duckdb", "secret");
        folder.Write("secret/secret.txt", "secret");
        File.CreateSymbolicLink(folder["public/link.txt"], folder["secret/secret.txt"]);
        Directory.CreateSymbolicLink(folder["public/folder"], folder["secret"]);
        var collector = await InProcessCollector.StartAsync(
            folder, _ => store, o => o with { Public = folder["public"], Pages = folder["www"] });
        return (collector, folder);
    }

    [Theory]
    [InlineData("", "text/html; charset=utf-8", "<title>public</title>")]
    [InlineData("maintainer", "text/html; charset=utf-8", "<title>live</title>")]
    [InlineData("assets/page.js", "text/javascript; charset=utf-8", "1")]
    [InlineData("public/index.json", "application/json; charset=utf-8", "{}")]
    [InlineData(
        "public/probe/probe-usage-2026-q4.tsv", "text/tab-separated-values; charset=utf-8", "Day\tOccurrences\n")]
    [InlineData("public/probe/dictionary.md", "text/markdown; charset=utf-8", "# Probe\n")]
    public async Task A_file_is_served_with_its_type_and_an_entity_tag(string path, string type, string text)
    {
        using var store = new FakeStore();
        var (collector, folder) = await StartAsync(store);
        using var _ = folder;
        await using var __ = collector;

        var answer = await collector.GetAsync(path);

        Assert.Equal((200, text, type), (answer.Status, answer.Text, answer.Headers["Content-Type"]));
        Assert.Equal("no-cache", answer.Headers["Cache-Control"]);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.TryAddWithoutValidation("If-None-Match", answer.Headers["ETag"]);
        Assert.Equal(304, (await collector.SendAsync(again)).Status);
    }

    [Theory]
    [InlineData("/public")]
    [InlineData("/public/")]
    [InlineData("/public/probe")]
    [InlineData("/public/probe/")]
    [InlineData("/assets/")]
    [InlineData("/public/probe/.hidden.json")]
    [InlineData("/public/.git/config.txt")]
    [InlineData("/public/probe/dump.duckdb")]
    [InlineData("/public/link.txt")]
    [InlineData("/public/folder/secret.txt")]
    [InlineData("/public/../secret/secret.txt")]
    [InlineData("/public/..%2fsecret/secret.txt")]
    [InlineData("/public/%2e%2e/secret/secret.txt")]
    [InlineData("/public/..\\secret\\secret.txt")]
    [InlineData("/public//etc/hostname")]
    [InlineData("/public/%00.txt")]
    [InlineData("/data/tokens.json")]
    [InlineData("/../data/tokens.json")]
    public async Task Nothing_else_is_served(string path)
    {
        using var store = new FakeStore();
        var (collector, folder) = await StartAsync(store);
        using var _ = folder;
        await using var __ = collector;

        // Over a raw socket, because an HTTP client would normalize the path.
        using var connection = new TcpClient();
        await connection.ConnectAsync(
            IPAddress.Loopback, collector.Address.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(connection.GetStream());
        var reply = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Matches("^HTTP/1.1 40[04] ", reply);
        Assert.DoesNotContain("secret", reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("public/index.json")]
    [InlineData("nothing")]
    [InlineData("metrics")]
    [InlineData("healthz")]
    [InlineData("v1/tools")]
    [InlineData("v1/batches")]
    public async Task Every_reply_has_the_security_headers(string path)
    {
        using var store = new FakeStore();
        var (collector, folder) = await StartAsync(store);
        using var _ = folder;
        await using var __ = collector;

        var headers = (await collector.GetAsync(path)).Headers;

        Assert.Equal("1", headers["Tallymark-Collector"]);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Contains("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("http", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("Server", headers.Keys);
        Assert.Contains("Cache-Control", headers.Keys);
    }
}
