// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Tests;

/// <summary>The notice of a manifest that collects more than the user agreed to: a few lines with reasons.</summary>
public sealed class WiderNoticeTests
{
    const string Agreed = """
        tallymark-scope 1
        tool sample-tool
        recipient example
        endpoint https://collector.invalid/v1/batches
        retention 30
        time second
        event work
        field work installation installation
        field work port enum values=openssl,zlib

        """;

    [Fact]
    public void Each_addition_has_its_reason_and_a_new_event_names_only_fields_that_no_event_had()
    {
        using var home = Home(
            Agreed + "field work size bytes\nevent tally\nfield tally installation installation\n"
                + "field tally number count\n",
            "about\tmailto:a@example.org\thttps://example.org",
            "event\twork\tTo see what is built.",
            "field\tsize\tbytes\tnot published\t\t16\tTo learn how much a port downloads, in powers of two, so that "
                + "mirrors can be placed.\t",
            "event\ttally\tTo see how many ports a user has.",
            "field\tnumber\tcount\tnot published\t\t3\tTo count them.\tin steps from 0, 10");
        home.Command("notice");
        Assert.Equal(
            """
            Telemetry for Sample has changed since the notice you saw on 2026-11-20. New:
            - event tally: To see how many ports a user has.
            - field size of work (bytes): To learn how much a port downloads, in powers
              of two, so that mirrors can be placed.
            - field number of tally (count): To count them.
            Until now, only the data in that notice was recorded.
            `sample-tool telemetry show` lists everything that is collected and why,
            `sample-tool telemetry notice` prints the whole notice,
            `sample-tool telemetry off` turns telemetry off.

            """,
            home.Said.ToString());
    }

    [Fact]
    public void It_has_eight_additions_at_most_and_why_lists_all()
    {
        using var home = Home(Agreed + string.Concat(Enumerable.Range(0, 20).Select(i => $"field work n{i} count\n")));
        home.Command("why");
        Assert.Equal(20, home.Answered.ToString().Split("\n- new: field n").Length - 1);
        home.Command("notice");
        Assert.Equal(8, home.Said.ToString().Split("\n- field n").Length - 1);
        Assert.Contains("- field n7 of work (count)\n- and 12 more\n", home.Said.ToString(), StringComparison.Ordinal);
        Assert.InRange(home.Said.ToString().Count(one => one == '\n'), 1, 14);
    }

    [Fact]
    public void Of_many_new_values_it_names_ten()
    {
        var values = string.Join(',', Enumerable.Range(100, 30).Select(i => "v" + i));
        using var home = Home(Agreed.Replace("openssl,zlib", "openssl," + values + ",zlib", StringComparison.Ordinal));
        home.Command("notice");
        Assert.Contains("v109 and 20 more\n", home.Said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("v110", home.Said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void For_a_new_recipient_the_whole_notice_follows()
    {
        using var home = Home(Agreed.Replace("recipient example", "recipient another", StringComparison.Ordinal));
        home.Command("notice");
        Assert.Contains("- recipient: another (was example)\n", home.Said.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" The full notice:\n\n" + home.Tool.Notice, home.Said.ToString(), StringComparison.Ordinal);
    }

    static UserHome Home(string scope, params string[] descriptions)
    {
        var home = new UserHome { Tool = WiderTool.Of(SampleTelemetry.Tool, scope, () => descriptions) };
        StateFolder.Replace(
            Path.Combine(home.State.In("receipts"), "setup"),
            Encoding.UTF8.GetBytes("tallymark-receipt 1\nchannel setup\ndate 2026-11-20T10:51:21Z\nscope "
                + new string('0', 64) + "\n\n" + Agreed));
        return home;
    }
}
