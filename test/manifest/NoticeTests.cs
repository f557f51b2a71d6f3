// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Tests;

/// <summary>The notice, as users see it.</summary>
public sealed class NoticeTests
{
    [Fact]
    public void The_samples_notice_is_the_one_of_its_document() =>
        Assert.Equal(
            """
            Telemetry
            ---------
            kmpkg collects anonymous usage data to understand usage issues, such as
            failing packages, and to guide improvements.
            The data is received by the kmpkg maintainers and kept for 400 days.
            You can opt out by re-running the bootstrap-kmpkg script with
            -disableMetrics, passing --disable-metrics to kmpkg on the command line,
            setting the environment variable KMPKG_DISABLE_METRICS, or setting
            DO_NOT_TRACK=1.

            Read more about kmpkg telemetry at docs/about/privacy.md
            Report a suspected leak to privacy@kmpkg.example

            """, NoticeText.Of(Some.Kmpkg()));

    [Fact]
    public void On_a_terminal_the_notice_says_that_this_run_collects_nothing() =>
        Assert.Contains("\nThis run collects nothing.\n", NoticeText.Of(Some.Plain()));

    [Fact]
    public void Without_other_switches_the_notice_names_DO_NOT_TRACK() =>
        Assert.Contains("You can opt out by setting DO_NOT_TRACK=1.",
            NoticeText.Of(Some.Plain(("  option: --no-telemetry\n", ""))));

    [Fact]
    public void A_variable_that_needs_a_value_is_shown_with_one() =>
        Assert.Contains("setting the environment variable DEMO_OFF=1",
            OneLine(NoticeText.Of(Some.Plain(("  option: --no-telemetry", "  variables: [{ name: DEMO_OFF }]")))));

    [Fact]
    public void An_opt_in_notice_says_that_nothing_is_collected_until_telemetry_is_switched_on()
    {
        var notice = OneLine(NoticeText.Of(Some.Plain(("default: on", "default: off"))));
        Assert.Contains("demo can collect anonymous usage data to find commands that fail.", notice);
        Assert.Contains("Nothing is collected unless you switch it on: demo telemetry on", notice);
        Assert.DoesNotContain("opt out", notice);
    }

    [Fact]
    public void An_opt_in_notice_on_a_page_points_to_the_page() =>
        Assert.Contains("Nothing is collected unless you switch it on, on this page.",
            OneLine(NoticeText.Of(Some.AllTypes())));

    [Fact]
    public void The_notice_names_data_that_could_be_personal_or_sensitive()
    {
        var notice = OneLine(NoticeText.Of(Some.AllTypes()));
        Assert.Contains("Data that could be personal: a_tool_digest, a_machine.", notice);
        Assert.Contains("Data that could be sensitive: a_country, a_stack.", notice);
        Assert.DoesNotContain("could be", NoticeText.Of(Some.Kmpkg()));
    }

    [Theory]
    [InlineData("terminal")]
    [InlineData("setup")]
    [InlineData("page")]
    [InlineData("documentation")]
    public void On_every_channel_the_notice_names_recipient_retention_opt_out_and_where_to_read_more(string channel)
    {
        var notice = OneLine(NoticeText.Of(Some.Plain(("notice:\n", $"notice:\n  channel: {channel}\n"))));
        foreach (var part in new[] { "anonymous", "the demo makers", "90 days", "--no-telemetry", "DO_NOT_TRACK",
            "docs/telemetry.md", "privacy@example.org" })
            Assert.Contains(part, notice);
    }

    [Fact]
    public void Lines_are_at_most_76_columns()
    {
        var manifest = Some.Plain(("purpose: to find commands that fail",
            "purpose: " + string.Join(' ', Enumerable.Repeat("to find commands", 25))));
        Assert.All(NoticeText.Of(manifest).Split('\n'), line => Assert.InRange(line.Length, 0, 76));
        Assert.All(NoticeText.Of(manifest).Split('\n'), line => Assert.Equal(line.Trim(), line));
    }

    static string OneLine(string text) => text.Replace('\n', ' ');
}
