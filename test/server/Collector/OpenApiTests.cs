// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Tests;

/// <summary>
/// spec/openapi.json matches the running server, and every reply has the headers that a careful operator expects.
/// </summary>
public sealed class OpenApiTests
{
    static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    [Fact]
    public async Task Every_route_is_described_with_all_its_statuses_and_nothing_else_is()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var document = JsonDocument.Parse((await collector.GetAsync("openapi.json")).Text);

        var described = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject().Where(path => !IsFile(path)))
        {
            foreach (var method in path.Value.EnumerateObject().Where(member => Methods.Contains(member.Name)))
            {
                foreach (var status in method.Value.GetProperty("responses").EnumerateObject())
                    described.Add($"{method.Name.ToUpperInvariant()} {path.Name} {status.Name}");
            }
        }

        var served = collector.Routes.SelectMany(route => route.Statuses,
            (route, status) => $"{route.Method} {route.Path} {status}");
        Assert.Equal(served.Order(StringComparer.Ordinal), described);
    }

    [Fact]
    public async Task Every_other_method_is_405_and_the_reply_names_the_allowed_one()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        foreach (var route in collector.Routes)
        {
            using var request =
                new HttpRequestMessage(new HttpMethod(route.Method == "GET" ? "DELETE" : "GET"), route.Path[1..]);
            var answer = await collector.SendAsync(request);
            Assert.Equal((route.Path, 405, "method"), (route.Path, answer.Status, answer.Problem));
            Assert.Equal(route.Method, answer.Headers["Allow"]);
        }
    }

    [Fact]
    public async Task HEAD_is_answered_like_GET_without_a_body()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("public/a.tsv", "1");
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Public = folder["public"] });
        foreach (var path in collector.Routes.Where(route => route.Method == "GET").Select(route => route.Path[1..])
            .Append("public/a.tsv").Append("nothing"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            var head = await collector.SendAsync(request);
            using var whole = new HttpRequestMessage(HttpMethod.Get, path);
            var get = await collector.SendAsync(whole);
            Assert.Equal((path, get.Status, ""), (path, head.Status, head.Text));
            Assert.Equal(get.Headers["Content-Type"], head.Headers["Content-Type"]);
        }
    }

    [Fact]
    public async Task Pages_and_files_are_described_too()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("pages/index.html", "<p>");
        folder.Write("pages/maintainer.html", "<p>");
        folder.Write("pages/assets/a.js", "1");
        folder.Write("public/a.tsv", "1");
        await using var collector = await InProcessCollector.StartAsync(
            store, o => o with { Pages = folder["pages"], Public = folder["public"] });
        using var document = JsonDocument.Parse((await collector.GetAsync("openapi.json")).Text);

        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject().Where(IsFile))
        {
            var address = path.Name.Replace("{file}", "a.js", StringComparison.Ordinal)
                .Replace("{path}", "a.tsv", StringComparison.Ordinal);
            Assert.Equal((path.Name, 200), (path.Name, (await collector.GetAsync(address)).Status));
        }
    }

    [Fact]
    public async Task References_in_the_document_resolve_and_every_operation_has_a_name()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var text = (await collector.GetAsync("openapi.json")).Text;
        using var document = JsonDocument.Parse(text);

        var names = new HashSet<string>(StringComparer.Ordinal);
        Visit(document.RootElement, (name, value) =>
        {
            if (name == "operationId")
                Assert.True(names.Add(value.GetString()!), value.GetString());
            if (name != "$ref")
                return;
            var at = document.RootElement;
            foreach (var step in value.GetString()!.Split('/').Skip(1))
                at = at.GetProperty(step);
        });
        Assert.True(names.Count > 10);
    }

    [Fact]
    public async Task Replies_of_every_kind_have_the_security_headers()
    {
        using var store = new FakeStore { Journal = new FakeJournal { Fails = number => number > 1 } };
        using var folder = new TempFolder();
        folder.Write("public/a.tsv", "1");
        await using var collector = await InProcessCollector.StartAsync(store, options => options with
        {
            Public = folder["public"],
            Limits = options.Limits with { MaxPrefixRate = 0.001, MaxPrefixBurst = 1 }, // for forwarded requests
        });
        var reader = new TokenFile(DataFolder.Open(collector.Data))
            .Add(TimeProvider.System.GetUtcNow(), "ada", Role.Reader);
        var file = await collector.GetAsync("public/a.tsv");
        using var known = new HttpRequestMessage(HttpMethod.Get, "public/a.tsv");
        known.Headers.TryAddWithoutValidation("If-None-Match", file.Headers["ETag"]);

        var seen = new SortedDictionary<int, Answer>();
        foreach (var answer in new[]
        {
            file, await collector.SendAsync(known), await collector.SendAsync(Some.Line()),
            await collector.SendAsync(Some.Line()),
            await collector.SendAsync("no batch"u8.ToArray(), pack: false),
            await collector.GetAsync("v1/live?tool=probe"),
            await collector.GetAsync("v1/live?tool=probe", reader), await collector.GetAsync("nothing"),
            await collector.GetAsync("v1/batches"),
            await collector.SendAsync(new byte[600 * 1024], pack: false), await UntypedAsync(collector),
            await collector.SendAsync(Some.Batch(Some.Line()), forwardedFor: "203.0.113.1"),
            await collector.SendAsync(Some.Batch(Some.Line()), forwardedFor: "203.0.113.1"),
            await collector.GetAsync("healthz"),
            await collector.GetAsync("metrics"), await collector.GetAsync("openapi.json"),
        })
        {
            seen[answer.Status] = answer;
            foreach (var name in new[]
            {
                "Tallymark-Collector", "X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy",
                "X-Frame-Options",
                "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control",
            })
            {
                Assert.True(answer.Headers.ContainsKey(name), $"{answer.Status} without {name}: {answer.Text}");
            }

            Assert.False(answer.Headers.ContainsKey("Server"));
            Assert.False(answer.Headers.ContainsKey("Set-Cookie"));
            Assert.False(answer.Headers.ContainsKey("Strict-Transport-Security")); // browsers ignore it without TLS
        }

        Assert.Equal([200, 304, 400, 401, 403, 404, 405, 413, 415, 429, 503], seen.Keys);
    }

    static async Task<Answer> UntypedAsync(InProcessCollector collector)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/batches") { Content = new StringContent("x") };
        return await collector.SendAsync(request);
    }

    static bool IsFile(JsonProperty path) => path.Value.TryGetProperty("x-files", out _);

    static void Visit(JsonElement element, Action<string, JsonElement> see)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in element.EnumerateArray())
                Visit(one, see);
        }

        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in element.EnumerateObject())
        {
            see(member.Name, member.Value);
            Visit(member.Value, see);
        }
    }
}
