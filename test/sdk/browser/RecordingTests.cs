// SPDX-License-Identifier: MIT

using System.Globalization;
using Microsoft.Playwright;

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>Which interactions of a page become records, and what is in them.</summary>
public sealed class RecordingTests(Chromium chromium)
{
    const string Form =
        """
        <tallymark-banner></tallymark-banner>
        <button data-tally="create"><span>Create</span></button>
        <label>Name <input data-tally="name"></label>
        <label>Text <textarea data-tally="text"></textarea></label>
        <label>Kind <select data-tally="kind"><option>a<option>secret-option</select></label>
        <label><input type="checkbox" data-tally="check"> Check</label>
        <div role="tab" tabindex="0" data-tally="tab">Tab</div>
        <p data-tally="plan" data-tally-type="banner">Plan</p>
        <p class="closed" data-tally="menu">Menu</p>
        <p class="far" data-tally="far">Far below</p>
        """;

    [Fact]
    public async Task Records_say_that_something_was_used_and_never_what_was_typed_or_chosen()
    {
        await using var relay = await TestRelay.Start(Form);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.Page.GetByText("Create").ClickAsync();
            await visit.Page.GetByLabel("Name").PressSequentiallyAsync("secret-name");
            await visit.Page.GetByLabel("Text").PressSequentiallyAsync("secret-text");
            await visit.Page.GetByLabel("Kind").SelectOptionAsync("secret-option");
            await visit.Page.GetByLabel("Check").CheckAsync();
            await visit.Page.GetByRole(AriaRole.Tab).PressAsync("Enter"); // no click: nothing listens
            await visit.Open(visit.Page, "plain", started: false);
            var records = await relay.WaitForRecords(13);
            Assert.Equal(
                [
                    "check checkbox onClick", "check checkbox onValueChange", "check checkbox onView",
                    "create button onClick", "create button onView", "kind select onValueChange", "kind select onView",
                    "name input onValueChange", "name input onView", "plan banner onView", "tab tab onView",
                    "text textarea onValueChange", "text textarea onView",
                ],
                records.Select(r => $"{r.Component} {r.Type} {r.Event}").Order(StringComparer.Ordinal));
        });
        Assert.All(relay.Requests, request =>
        {
            Assert.DoesNotContain("secret", request.Body + request.Path, StringComparison.Ordinal);
            Assert.DoesNotContain("Cookie", request.Headers, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task A_click_on_a_label_is_one_click()
    {
        await using var relay = await TestRelay.Start(
            """
            <tallymark-banner></tallymark-banner>
            <label data-tally="agree"><input type="checkbox"> <b>Agree</b></label>
            <label data-tally="text"><b>For</b></label>
            """);
        relay.Fault = TestRelay.Busy;
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.WaitForViews("agree", 1);
            await visit.WaitForViews("text", 1);
            await visit.Page.GetByText("Agree").ClickAsync();
            await visit.Page.GetByRole(AriaRole.Checkbox).ClickAsync();
            await visit.Page.GetByText("For").ClickAsync();
            Assert.Equal(
                ["agree onClick", "agree onClick", "agree onValueChange", "agree onValueChange", "text onClick"],
                (await visit.Queued()).Where(r => r.Event != "onView").Select(r => $"{r.Component} {r.Event}")
                    .Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public async Task A_component_is_viewed_when_it_becomes_visible_once_for_each_rendering()
    {
        await using var relay = await TestRelay.Start(Form);
        relay.Fault = TestRelay.Busy; // the records stay in the queue
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await Assertions.Expect(visit.Page.GetByText("Create")).ToBeVisibleAsync();
            await visit.WaitForViews("create", 1);
            Assert.Empty(await visit.Views("far"));
            Assert.Empty(await visit.Views("menu"));

            await visit.Page.GetByText("Far below").ScrollIntoViewIfNeededAsync();
            await visit.WaitForViews("far", 1);
            await visit.Page.EvaluateAsync("document.querySelector('.closed').classList.remove('closed'); scrollTo(0, 0)");
            await visit.WaitForViews("menu", 1);

            // The same element comes into view again, then a new one in its place, then it is another component.
            await visit.Page.GetByText("Far below").ScrollIntoViewIfNeededAsync();
            await visit.Page.EvaluateAsync(
                "const far = document.querySelector('[data-tally=far]'); far.replaceWith(far.cloneNode(true))");
            await visit.WaitForViews("far", 2);
            await visit.Page.EvaluateAsync("document.querySelector('[data-tally=far]').dataset.tally = 'farther'");
            await visit.WaitForViews("farther", 1);
            var views = (await visit.Views("far")).Concat(await visit.Views("farther")).Select(r => r.View).ToList();
            Assert.Equal(3, views.Distinct(StringComparer.Ordinal).Count());
            Assert.All(views, view =>
                Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", view));
        });
    }

    [Fact]
    public async Task A_click_has_the_view_of_its_component_and_the_next_page_has_new_views()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        relay.Fault = TestRelay.Busy; // the records stay in the queue
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            await visit.WaitForViews("mlflow.prompts.list.create", 1);
            await visit.Create.ClickAsync();
            await visit.Create.ClickAsync();
            await visit.Open(visit.Page);
            await visit.WaitForViews("mlflow.prompts.list.create", 2);
            await visit.Create.ClickAsync();
            var records = (await visit.Queued()).Where(r => r.Component == "mlflow.prompts.list.create").ToList();
            var clicks = records.Where(r => r.Event == "onClick").GroupBy(r => r.View, StringComparer.Ordinal).ToList();
            Assert.Equal([1, 2], clicks.Select(view => view.Count()).Order());
            Assert.All(clicks, view => Assert.Contains(records, r => r.Event == "onView" && r.View == view.Key));
        });
    }

    [Fact]
    public async Task Code_records_components_that_can_not_carry_the_attribute()
    {
        const string script =
            """
            import { record } from "./tallymark/tally.js";
            document.querySelector("canvas").onclick = () => {
              record("chart.point", "onClick", "other", "774db636-5cfa-4ce8-8f56-7e7126dc3439");
              record("not an id", "onClick");
            };
            """;
        await using var relay = await TestRelay.Start(
            "<tallymark-banner></tallymark-banner><canvas></canvas>", script);
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Page.Locator("canvas").ClickAsync(); // not yet
            await visit.Agree(relay);
            await visit.Page.Locator("canvas").ClickAsync();
            await visit.Open(visit.Page);
            var record = Assert.Single(await relay.WaitForRecords(1));
            Assert.Equal("chart.point", record.Component);
            Assert.Equal("774db636-5cfa-4ce8-8f56-7e7126dc3439", record.View);
        });
    }

    [Fact]
    public async Task A_second_copy_of_the_script_refuses_to_start()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        await Visit.To(chromium, relay, async visit =>
        {
            var message = await visit.Page.EvaluateAsync<string>(
                "() => import(`${document.baseURI}tallymark/tally.js?copy`).catch((error) => error.message)");
            Assert.Equal("Tallymark is loaded twice", message);
            Assert.Single(relay.Requests); // the settings, once
        });
    }

    [Fact]
    public async Task The_time_is_an_integer_of_nanoseconds_with_all_its_digits()
    {
        await using var relay = await TestRelay.Start(TestPage.Simple);
        var before = DateTimeOffset.UtcNow;
        await Visit.To(chromium, relay, async visit =>
        {
            await visit.Agree(relay);
            for (var i = 0; i < 50; i++)
                await visit.Create.ClickAsync();
            var times = (await relay.WaitForRecords(50)).Select(r => r.Time).ToList();
            Assert.All(times, time =>
            {
                Assert.Matches("^[1-9][0-9]{18}$", time);
                var nanoseconds = long.Parse(time, CultureInfo.InvariantCulture);
                var at = DateTimeOffset.UnixEpoch.AddMilliseconds(nanoseconds / 1_000_000);
                Assert.InRange(at, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
            });
            // A double has steps of 256 ns at this size; the browser's clock is finer than a millisecond.
            Assert.Contains(times, time => long.Parse(time, CultureInfo.InvariantCulture) % 256 != 0);
            Assert.Contains(times, time => !time.EndsWith("000000", StringComparison.Ordinal));
        });
    }
}
