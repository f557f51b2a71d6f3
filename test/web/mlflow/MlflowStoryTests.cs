// SPDX-License-Identifier: MIT
// One visit from the first click to the store, with both switches.

using System.Text.Json;
using Microsoft.Playwright;

namespace Tallymark.Browser.Tests;

public sealed class MlflowStoryTests(Chromium chromium)
{
    [Fact]
    public async Task A_person_clicks_through_the_tracker_and_the_store_has_what_both_switches_let_through()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlflow.ManifestFile));
        using var home = new MlflowHome(collector.Endpoint);
        var tracker = await RunningTracker.Start(home);
        await using var first = tracker;
        var experiment = (await home.Example("create-experiment")).Trim();
        await home.Example($"log-batch --experiment {experiment} --of metrics");
        await MlflowVisit.To(chromium, tracker, async visit =>
        {
            // Before the banner's answer: neither a request nor a file.
            await ClickThrough(visit, "before");
            Assert.Empty(visit.Posts);
            Assert.False(Directory.Exists(home.State));

            // On: each click is in a request of the relay, and in the spool.
            await visit.Ok.ClickAsync();
            await ClickThrough(visit, "on");
            await visit.Send();
            Assert.Contains(visit.Posts, body => body.Contains("mlflow.prompts.list.create", StringComparison.Ordinal));
            var on = Clicks(home);
            Assert.Contains(("mlflow.experiments.list.open", "onClick"), on);
            Assert.Contains(("mlflow.prompts.list.create", "onClick"), on);
            Assert.Contains(("mlflow.prompts.create.name", "onValueChange"), on);

            // The person's toggle: no request, no record.
            await visit.Open("Settings");
            await visit.Send();
            await Toggle(visit, "false");
            var (posts, recorded) = (visit.Posts.Count, Clicks(home).Count);
            await ClickThrough(visit, "off");
            await visit.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
            Assert.Equal((posts, recorded), (visit.Posts.Count, Clicks(home).Count));

            // On again.
            await visit.Open("Settings");
            await Toggle(visit, "true");
            await visit.Open("Experiments");
            await visit.Send();
            Assert.True(Clicks(home).Count > recorded);
        });

        // The server's switch: started with the variable, it turns everybody's page off.
        Assert.Equal(0, (await tracker.Stop()).ExitCode);
        var expected = home.Recorded().Where(e => e.Name == "ui_event").Select(Interaction).Order().ToList();
        home.Environment["MLFLOW_DISABLE_TELEMETRY"] = "true";
        await using (var muted = await RunningTracker.Start(home))
        {
            await MlflowVisit.To(chromium, muted, async visit =>
            {
                await ClickThrough(visit, "muted");
                await visit.Open("Settings");
                await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-disabled", "true");
                Assert.Empty(visit.Posts);
            });
            await muted.Stop();
        }

        home.Environment.Remove("MLFLOW_DISABLE_TELEMETRY");
        await home.Upload();
        Assert.Equal(0, await collector.Stop());
        Assert.Equal(expected, (await collector.Events("mlflow")).Where(row => row["event"].GetString() == "ui_event")
            .Select(row => (Text(row["component_id"]), Text(row["event_type"]), Text(row["component_view_id"]))).Order());
    }

    /// <summary>Opens an experiment's chart, and creates a prompt.</summary>
    static async Task ClickThrough(MlflowVisit visit, string prompt)
    {
        await visit.Open("Prompts");
        await visit.Open("Experiments");
        await visit.Page.Locator("main table button").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("figcaption")).ToHaveTextAsync("demo by step");
        await visit.Open("Prompts");
        await visit.AddPrompt(prompt, "Translate {{text}}.");
    }

    static async Task Toggle(MlflowVisit visit, string to)
    {
        await visit.Switch.ClickAsync();
        await Assertions.Expect(visit.Switch).ToHaveAttributeAsync("aria-checked", to);
    }

    static List<(string, string)> Clicks(MlflowHome home) =>
        [.. home.Recorded().Where(e => e.Name == "ui_event").Select(e => (e.Word("component_id")!, e.Word("event_type")!))];

    static (string, string, string) Interaction(MlflowEvent e) =>
        (e.Word("component_id")!, e.Word("event_type")!, e.Word("component_view_id")!);

    static string Text(JsonElement value) => value.GetString()!;
}
