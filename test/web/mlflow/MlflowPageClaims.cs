// SPDX-License-Identifier: MIT
// MLflow's promises about its web page: interactions are recorded by id, and a server or a person switches that off.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class MlflowPageClaims(Chromium chromium)
{
    const string Typed = "umlaufbahn-geheimprojekt";
    const string Template = "Entfernungsmesser fuer {{mondkalb}}";

    // Posts each typed text to the relay as the id of a component, as a careless page would.
    const string Leak = """
        addEventListener("input", ({ target }) => fetch("/tallymark/settings").then((reply) => reply.json()).then(
          ({ scope }) => fetch("/tallymark/events", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ scope, records: [{
              id: [...Array(32)].map((_, i) => "0123456789abcdef"[(target.value.length * 7 + i) % 16]).join(""),
              component: target.value.replaceAll(" ", "_"), event: "onValueChange", type: "input",
              view: "774db636-5cfa-4ce8-8f56-7e7126dc3439", time: Date.now() * 1e6 }] }) })), true);
        """;

    static readonly LeakSearch Words = new(Typed, Template);

    [Fact]
    [Claim("MLFLOW-12", "MLFLOW-22")]
    public async Task Interactions_are_stored_as_component_event_type_view_and_time_and_never_what_a_person_types()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        using var home = new MlflowHome(collector.Endpoint);
        var posts = new List<string>();
        var began = Now();
        await using (var tracker = await RunningTracker.Start(home))
        {
            await MlflowVisit.To(chromium, tracker, async visit =>
            {
                // Nothing before a person has answered the banner.
                await Assertions.Expect(visit.Ok).ToBeVisibleAsync();
                await Assertions.Expect(visit.Page.Locator("tallymark-banner")).ToContainTextAsync("usage data");

                // A person who uses the keyboard or a screen reader meets the notice before the page.
                Assert.Equal("TALLYMARK-BANNER", await visit.Page.EvaluateAsync<string>(
                    "() => document.body.firstElementChild.tagName"));
                await visit.Open("Prompts");
                await visit.CreatePrompt.ClickAsync();
                await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
                Assert.Empty(visit.Posts);
                Assert.False(Directory.Exists(home.State));

                await visit.Ok.ClickAsync();
                await visit.AddPrompt(Typed, Template);
                await visit.Open("Experiments");
                await visit.Open("Prompts");
                await visit.CreatePrompt.ClickAsync();
                await visit.Send();
                posts.AddRange(visit.Posts);
            });
            Assert.Equal(0, (await tracker.Stop()).ExitCode);
        }

        var ended = Now();
        AssertInteractions(home.Recorded(), began, ended);
        List<string> found = [.. Words.FindBelow(home.State), .. Words.FindIn("posts", Bytes(string.Concat(posts)))];
        await home.Upload();
        Assert.Equal(0, await collector.Stop());
        var rows = (await collector.Events("mlflow")).Where(row => row["event"].GetString() == "ui_event").ToList();
        Assert.Contains(rows, row => row["component_id"].GetString() == "mlflow.prompts.list.create"
            && row["event_type"].GetString() == "onClick" && row["component_type"].GetString() == "button");
        Assert.Empty(found.Concat(Words.FindBelow(collector.Data))
            .Concat(Words.FindIn("rows", Bytes(JsonSerializer.Serialize(rows)))));
    }

    [Fact]
    [Claim("MLFLOW-22")]
    public async Task The_search_finds_a_typed_text_that_a_leaking_page_posts_and_the_relay_records_none()
    {
        using var home = new MlflowHome();
        await using var tracker = await RunningTracker.Start(home);
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            await visit.Ok.ClickAsync();
            await visit.Open("Prompts");
            await visit.AddPrompt(Typed, Template);
            await visit.Send();
            Assert.NotEmpty(Words.FindIn("posts", Bytes(string.Concat(visit.Posts))));
        }, Leak);
        await tracker.Stop();
        Assert.Contains(home.Recorded(), e => e.Name == "ui_event");
        Assert.Empty(Words.FindBelow(home.State));
    }

    [Fact]
    [Claim("MLFLOW-13")]
    public async Task The_servers_variable_turns_it_off_for_everybody_who_uses_the_server()
    {
        foreach (var (name, value) in ((string, string)[])[("MLFLOW_DISABLE_TELEMETRY", "true"), ("DO_NOT_TRACK", "true")])
        {
            using var home = new MlflowHome();
            await home.SetUp();
            home.Environment[name] = value;
            await using var tracker = await RunningTracker.Start(home);
            for (var person = 0; person < 2; person++)
            {
                await MlflowVisit.To(chromium, tracker, async visit =>
                {
                    await visit.Open("Settings");
                    await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", "false");
                    await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-disabled", "true");
                    await visit.Open("Prompts");
                    await visit.CreatePrompt.ClickAsync();
                    await visit.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
                    await Assertions.Expect(visit.Ok).Not.ToBeVisibleAsync();
                    Assert.Empty(visit.Posts);
                    Assert.Equal(0, await visit.Page.EvaluateAsync<int>("localStorage.length"));
                });
            }

            await tracker.Stop();
            Assert.Empty(home.Lines("spool"));
        }
    }

    [Fact]
    [Claim("MLFLOW-13")]
    public async Task A_refusal_on_the_server_turns_open_pages_off_without_a_restart()
    {
        using var home = new MlflowHome();
        await using var tracker = await RunningTracker.Start(home);
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            await visit.Ok.ClickAsync();
            await visit.Open("Prompts");
            await visit.Send();
            Assert.Contains(home.Recorded(), e => e.Name == "ui_event");
            Assert.Equal(0, (await home.Telemetry("off")).ExitCode);
            await visit.CreatePrompt.ClickAsync();
            await visit.Send();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await visit.Open("Settings");
            await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", "false");
        });
        await tracker.Stop();
        Assert.Empty(home.Lines("spool"));
    }

    [Fact]
    [Claim("MLFLOW-14")]
    public async Task A_person_turns_it_off_for_the_own_device_on_the_settings_page()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        await using var tracker = await RunningTracker.Start(home);
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            await visit.Ok.ClickAsync();
            await visit.Open("Settings");
            await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", "true");
            await visit.Switch.ClickAsync();
            await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", "false");
            var before = (visit.Posts.Count, Interactions(home));
            await visit.Open("Prompts");
            await visit.AddPrompt("a", "b");
            await visit.Page.ReloadAsync();
            await visit.Open("Prompts");
            await visit.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
            Assert.Equal(before, (visit.Posts.Count, Interactions(home)));

            // Only this device, although the server is on.
            await MlflowVisit.To(chromium, tracker, async other =>
            {
                await other.Ok.ClickAsync();
                await other.Open("Prompts");
                await other.Send();
                Assert.True(Interactions(home) > before.Item2);
            });

            // And back on.
            await visit.Open("Settings");
            await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", "false");
            await visit.Switch.ClickAsync();
            var off = Interactions(home);
            await visit.Open("Prompts");
            await visit.Send();
            Assert.True(Interactions(home) > off);
        });
        await tracker.Stop();
    }

    [Fact]
    public async Task The_experiments_page_draws_a_metric_under_the_strict_policy()
    {
        using var home = new MlflowHome();
        await using var tracker = await RunningTracker.Start(home);
        var experiment = (await home.Example("create-experiment")).Trim();
        await home.Example($"log-batch --experiment {experiment} --of metrics");
        using var client = new HttpClient();
        using var page = await client.GetAsync(new Uri(tracker.Address), TestContext.Current.CancellationToken);
        Assert.Equal("default-src 'self'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            await visit.Page.Locator("main table button").First.ClickAsync();
            await Assertions.Expect(visit.Page.Locator("figcaption")).ToHaveTextAsync("demo by step");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Img)).ToHaveAttributeAsync(
                "aria-label", "demo, steps 1 to 1");
        });
        await tracker.Stop();
    }

    [Fact]
    public async Task A_late_answer_does_not_replace_the_part_that_a_person_has_opened_since()
    {
        using var home = new MlflowHome();
        await using var tracker = await RunningTracker.Start(home);
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            await visit.Open("Settings");
            var released = new TaskCompletionSource();
            await visit.Page.RouteAsync("**/mlflow/experiments", async route =>
            {
                await released.Task;
                await route.ContinueAsync();
            });
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Experiments", Exact = true }).ClickAsync();
            await visit.Open("Prompts");
            await visit.Page.RunAndWaitForResponseAsync(
                () => Task.FromResult(released.TrySetResult()), "**/mlflow/experiments");
            await visit.Page.EvaluateAsync("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Prompts");
        });
    }

    /// <summary>The interactions of the first test, compared with the document's table of metadata.</summary>
    static void AssertInteractions(IReadOnlyList<MlflowEvent> recorded, long began, long ended)
    {
        var events = recorded.Where(e => e.Name == "ui_event").ToList();
        var declared = MlflowDocument.Events.Single(e => e.Text("name") == "ui_event")
            .GetProperty("parameters").EnumerateArray().Select(p => MlflowDocument.ParameterOf(p.Text("name")))
            .Except(["timestamp_ns"]).ToList();
        foreach (var e in events)
        {
            Assert.Equal(declared.Order(StringComparer.Ordinal),
                e.FieldNames.Where(name => name.StartsWith("component", StringComparison.Ordinal)
                    || name == "event_type").Order(StringComparer.Ordinal));
            Assert.True(Guid.TryParseExact(e.Word("component_view_id"), "D", out _), e.Text);
            Assert.InRange(Nanoseconds(e.Time), began, ended);
            Assert.Equal(("custom_scheme", "SqlAlchemyStore"),
                (e.Word("tracking_uri_scheme"), e.Word("backend_store")));
        }

        var documented = MlflowDocument.Page.GetProperty("ui_metadata").EnumerateArray()
            .Single(m => m.Text("field") == "eventType").GetProperty("values").EnumerateArray()
            .Select(v => v.GetString()!);
        Assert.Equal(documented.Order(StringComparer.Ordinal),
            events.Select(e => e.Word("event_type")!).Distinct().Order(StringComparer.Ordinal));

        // Ids of the page's source.
        var page = Path.Combine(Product.Root, "samples/mlflow/Server/page");
        var source = string.Concat(Directory.GetFiles(Path.Combine(page, "src")).Append(Path.Combine(page, "pages/index.html"))
            .Where(file => !file.EndsWith("component-ids.ts", StringComparison.Ordinal)).Select(File.ReadAllText));
        Assert.All(events, e => Assert.Contains($"\"{e.Word("component_id")}\"", source, StringComparison.Ordinal));

        // One rendering of the button has one view id for its view and its click; each rendering has another.
        var create = events.Where(e => e.Word("component_id") == "mlflow.prompts.list.create").ToList();
        Assert.Contains(create, e => e.Word("event_type") == "onClick" && e.Word("component_type") == "button");
        var views = create.GroupBy(e => e.Word("component_view_id")!, StringComparer.Ordinal).ToList();
        Assert.True(views.Count >= 2, $"{views.Count} renderings");
        Assert.Contains(views, view => view.Count() > 1);
        Assert.All(views, view => Assert.True(view.Count(e => e.Word("event_type") == "onView") <= 1));
    }

    static int Interactions(MlflowHome home) => home.Recorded().Count(e => e.Name == "ui_event");

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    static long Nanoseconds(string time) => (DateTime.Parse(
        time[..^3] + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - DateTime.UnixEpoch)
        .Ticks * 100;
}
