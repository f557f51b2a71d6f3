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
            The data is received by the kmpkg maintainers and kept for 400 days. It does
            not include names, paths or command-line arguments, other than those on a
            public list.
            Aggregated counts are shared with the community under CC-BY-4.0.
            Data that could be sensitive: stack.
            You can opt out by running `kmpkg telemetry off`, re-running the
            bootstrap-kmpkg script with -disableMetrics, passing --disable-metrics to
            kmpkg on the command line, setting the environment variable
            KMPKG_DISABLE_METRICS, or setting DO_NOT_TRACK=1.

            Read more about kmpkg telemetry at
            https://kmpkg.example/kmpkg-tool/blob/HEAD/docs/about/privacy.md
            Report a suspected leak to privacy@kmpkg.example

            """, NoticeText.Of(Some.Kmpkg()));

    [Fact]
    public void On_a_terminal_the_notice_says_that_this_run_collects_nothing() =>
        Assert.Contains("\nThis run collects nothing.\n", NoticeText.Of(Some.Plain()));

    [Theory]
    [InlineData("[page, terminal]")]
    [InlineData("[setup, terminal]")]
    public void With_several_channels_it_does_not_say_so_because_a_server_may_run_on(string channels) =>
        Assert.DoesNotContain("This run", NoticeText.Of(
            Some.Plain(("notice:\n", $"notice:\n  channel: {channels}\n"))));

    [Fact]
    public void On_a_page_each_paragraph_is_one_line_and_a_person_learns_what_they_can_do_there() =>
        Assert.Equal(
            "demo collects anonymous usage data to find commands that fail.\n"
            + "The data is received by the demo makers and kept for 90 days. It does not include names, paths or "
            + "command-line arguments, other than those on a public list.\n"
            + "Aggregated counts are shared with the community under CC-BY-4.0.\n"
            + "You can turn it off for this device on this page. The operator of this server can turn it off for "
            + "everyone by running `demo telemetry off`, passing --no-telemetry to demo on the command line, or "
            + "setting DO_NOT_TRACK=1.\n"
            + "Read more about demo telemetry at https://example.org/demo/blob/HEAD/docs/telemetry.md\n",
            NoticeText.OfPage(Some.Plain()));

    [Fact]
    public void On_a_page_a_URL_to_read_more_is_a_link_of_the_page() =>
        Assert.DoesNotContain(
            "example.org/more",
            NoticeText.OfPage(Some.Plain(("more: docs/telemetry.md", "more: https://example.org/more"))));

    [Fact]
    public void Without_other_switches_the_notice_names_DO_NOT_TRACK() =>
        Assert.Contains("You can opt out by running `demo telemetry off` or setting DO_NOT_TRACK=1.",
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
    public void The_notice_says_what_is_never_included_and_whether_counts_are_published()
    {
        var on = OneLine(NoticeText.Of(Some.Plain()));
        Assert.Contains("It does not include names, paths or command-line arguments, other than those on a public "
            + "list. Aggregated counts are shared with the community under CC-BY-4.0. You can", on);
        var off = OneLine(NoticeText.Of(Some.Plain(("default: on", "default: off"))));
        Assert.Contains("It would not include names, paths or command-line arguments, other than", off);
        Assert.Contains("Aggregated counts would be shared with the community under CC-BY-4.0.", off);
        Assert.DoesNotContain("shared", NoticeText.Of(ManifestReader.Read(
            Repository.Read("spec", "vectors", "manifest", "valid-smallest.yaml")).Manifest!));
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
        Assert.DoesNotContain("could be", NoticeText.Of(Some.Plain()));
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
