// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>A notice with several channels (<c>channel: [page, terminal]</c>) counts as seen on any of them.</summary>
public sealed class ChannelsTests
{
    static readonly ToolDefinition Both =
        SampleTelemetry.Define("sample-tool", NoticeChannels.Page | NoticeChannels.Terminal);

    [Fact]
    public void A_notice_seen_on_a_terminal_holds_for_the_page()
    {
        using var home = new UserHome { Tool = Both };
        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Contains("It is anonymous.", home.Said.ToString());
        Assert.Empty(home.Lines());

        using var next = home.Start();
        Assert.Null(next.NoticeToShow);
        Assert.True(next.IsOn);
        Assert.Equal(["terminal"], Receipts(home));
    }

    [Fact]
    public void A_notice_seen_on_the_page_holds_for_the_terminal()
    {
        using var home = new UserHome { Tool = Both };
        using (var server = home.Start())
        {
            Assert.Equal(Both.Notice, server.NoticeToShow);
            server.NoticeShown();
            Assert.True(server.IsOn);
        }

        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Equal("", home.Said.ToString());
        Assert.Single(home.Lines());
        Assert.Equal(["page"], Receipts(home));
    }

    [Fact]
    public void A_server_that_showed_the_notice_on_its_terminal_records_once_a_person_has_seen_the_page()
    {
        using var home = new UserHome { Tool = Both };
        home.Terminals.Add(2);
        using var server = home.Start();
        new WorkEvent(server).Dispose();
        Assert.Equal(Both.Notice, server.NoticeToShow);
        server.NoticeShown();
        new WorkEvent(server).Dispose();
        Assert.Single(home.Lines());
        Assert.Null(server.NoticeToShow);
    }

    [Fact]
    public void A_run_that_showed_the_notice_on_its_only_channel_records_nothing_whatever_a_page_says()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal) };
        home.Terminals.Add(2);
        using var run = home.Start();
        run.NoticeShown();
        Assert.False(run.IsOn);
        Assert.Null(run.NoticeToShow);
    }

    [Fact]
    public void A_channel_that_the_tool_no_longer_has_does_not_count()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Setup) }.Agreed();
        home.Tool = Both;
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void Of_two_receipts_the_one_that_covers_more_counts()
    {
        var narrow = Both.Scope.Replace("event tally\n", "", StringComparison.Ordinal);
        Assert.NotEqual(Both.Scope, narrow);
        foreach (var (terminal, page) in new[] { (Both.Scope, narrow), (narrow, Both.Scope) })
        {
            using var home = new UserHome { Tool = Both };
            WriteReceipt(home, "terminal", terminal);
            WriteReceipt(home, "page", page);
            Assert.Equal(NoticeState.Agreed, Receipt.Check(Both, home.State, Choice.None).State);
            File.Delete(Path.Combine(home.State.In("receipts"), terminal == Both.Scope ? "terminal" : "page"));
            Assert.NotEqual(NoticeState.Agreed, Receipt.Check(Both, home.State, Choice.None).State);
        }
    }

    [Fact]
    public void A_notice_seen_on_one_channel_replaces_the_receipt_of_the_other()
    {
        using var home = new UserHome { Tool = Both };
        var before = Both.Scope.Replace("recipient example\n", "recipient others\n", StringComparison.Ordinal);
        WriteReceipt(home, "terminal", before);
        using var server = home.Start();
        Assert.Contains("recipient: example (was others)", server.NoticeToShow);
        server.NoticeShown();
        Assert.True(server.IsOn);
        Assert.Equal(["page"], Receipts(home));
    }

    [Theory]
    [InlineData(NoticeChannels.Page | NoticeChannels.Terminal, false, null)]
    [InlineData(NoticeChannels.Page | NoticeChannels.Terminal, true, "terminal")]
    [InlineData(NoticeChannels.Setup | NoticeChannels.Terminal, false, "setup")]
    [InlineData(NoticeChannels.Page | NoticeChannels.Setup, false, "setup")]
    public void The_command_prints_the_notice_and_it_counts_where_a_channel_says_so(
        NoticeChannels channels, bool terminal, string? receipt)
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", channels) };
        if (terminal)
            home.Terminals.Add(2);
        Assert.Equal(0, home.Command("notice"));
        Assert.Contains("It is anonymous.", home.Said.ToString());
        Assert.Equal(receipt is null ? [] : [receipt], Receipts(home));
    }

    [Fact]
    public void Why_names_each_way_to_see_the_notice()
    {
        using var home = new UserHome { Tool = Both };
        home.Command("why");
        Assert.Contains(
            "the tool's web page shows the current notice, or the next run in a terminal shows the current notice",
            home.Answered.ToString());
    }

    static string[] Receipts(UserHome home) => Directory.Exists(home.State.In("receipts"))
        ? [.. Directory.GetFiles(home.State.In("receipts")).Select(file => Path.GetFileName(file))]
        : [];

    static void WriteReceipt(UserHome home, string channel, string scope)
    {
        var id = Convert.ToHexStringLower(new ManagedSha256().Add(scope).Finish());
        Directory.CreateDirectory(home.State.In("receipts"));
        File.WriteAllText(
            Path.Combine(home.State.In("receipts"), channel),
            $"tallymark-receipt 1\nchannel {channel}\ndate 2026-11-01T10:00:00Z\nscope {id}\n\n{scope}");
    }
}
