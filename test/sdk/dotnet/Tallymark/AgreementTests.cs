// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using Tallymark.Scopes;

namespace Tallymark.Tests;

/// <summary>
/// A receipt of another scope: only what both scopes contain is recorded, and the difference is shown.
/// </summary>
public sealed class AgreementTests
{
    static readonly ToolDefinition Now = SampleTelemetry.Tool;

    // The text in the receipt's scope in place of the declared one; the part that is recorded; the part named as new.
    [Theory]
    [InlineData("field work port enum values=openssl,zlib", "", "port", null, "field port of work (enum)")]
    [InlineData(
        "enum values=openssl,zlib",
        "enum values=openssl",
        "port",
        "\"other\"",
        "field port of work (enum): values zlib")]
    [InlineData(
        "enum values=openssl,zlib",
        "enum values=zlib",
        "port",
        "\"zlib\"",
        "field port of work (enum): values openssl")]
    [InlineData("enum values=openssl,zlib", "enum values=openssl,zlib,zstd", "port", "\"zlib\"", null)]
    [InlineData(
        "enum values=openssl,zlib",
        "enum-set values=openssl,zlib",
        "port",
        null,
        "field port of work (enum, was enum-set)")]
    [InlineData(
        "values=--dry-run,--keep-going,zz", "values=--keep-going", "options", """["--keep-going","other"]""",
        "field options of work (enum-set): values --dry-run, zz")]
    [InlineData(
        "values=https,s3", "values=https", "store", "\"custom_scheme\"", "field store of work (uri-scheme): values s3")]
    [InlineData(
        "values=preview,rc",
        "values=preview",
        "version",
        "\"other\"",
        "field version of work, dropped (version): values rc")]
    [InlineData(
        "field work items count",
        "field work items count buckets=0,10",
        "items",
        null,
        "field items of work (count, no longer in buckets)")]
    [InlineData(
        "count buckets=0,1,10,100",
        "count buckets=0,1,100",
        "items_bucket",
        null,
        "field items_bucket of work (count, with different buckets)")]
    [InlineData("count buckets=0,1,10,100", "count buckets=0,1,5,10,100", "items_bucket", "10", null)]
    [InlineData("count buckets=0,1,10,100", "count", "items_bucket", "10", null)]
    [InlineData(
        "digest salt=installation",
        "digest salt=tool",
        "file",
        null,
        "field file of work (digest salt=installation, was digest salt=tool)")]
    [InlineData(
        "field work port enum values=openssl,zlib",
        "field work port enum published values=openssl,zlib",
        "port",
        "\"zlib\"",
        null)]
    [InlineData("field work country country\n", "", "country", null, "field country of work (country)")]
    [InlineData("time second", "time nanosecond", "items", "12", null)]
    [InlineData("retention 30", "retention 31", "items", "12", null)]
    [InlineData("retention 30", "retention 30\nminimum 20", "items", "12", null)]
    public void Only_what_both_scopes_hold_is_recorded(
        string now, string agreed, string field, string? value, string? news)
    {
        Assert.Contains(now, Now.Scope, StringComparison.Ordinal);
        using var home = Agreed(Now.Scope.Replace(now, agreed, StringComparison.Ordinal));
        home.Record(Fill);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines()));
        var fields = line.RootElement.GetProperty("fields");
        Assert.Equal(value, fields.TryGetProperty(field, out var there) ? there.GetRawText() : null);
        Assert.Equal("12", fields.GetProperty("size").GetRawText() == "16" ? "12" : null);
        Assert.Equal(field == "country", line.RootElement.TryGetProperty("withheld", out _));
        home.Command("why");
        Assert.Contains(
            news is null ? "Events are recorded.\n" : "- new: " + news + "\n",
            home.Answered.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_published_now_is_not_recorded_before_the_user_agreed_to_that()
    {
        var tool = WiderTool.Of(Now, Now.Scope.Replace("port enum values", "port enum published values", StringComparison.Ordinal));
        var agreement = Agreement.For(tool, new string('0', 16), "2026-11-20", Now.Scope);
        Assert.Equal(NoticeState.Partly, agreement.State);
        Assert.Equal(
            ["field port of work (enum, now published)"],
            agreement.FindAdditions(tool).Select(addition => addition.Text));
        Assert.False(ScopeText.Parse(tool.Scope)!.Field("work", "port")!
            .IsWithin(agreement.Scope!.Field("work", "port")!));
    }

    [Theory]
    [InlineData("retention 30\nminimum 50", "published in rows of at least 20 installations (was 50)")]
    [InlineData("retention 30", "published in rows of at least 20 installations (was not published)")]
    public void Under_a_lower_minimum_nothing_is_recorded_before_the_user_agreed_to_it(string agreed, string news)
    {
        var tool = WiderTool.Of(Now, Now.Scope.Replace("retention 30", "retention 30\nminimum 20", StringComparison.Ordinal));
        var agreement = Agreement.For(
            tool, new string('0', 16), "2026-11-20",
            Now.Scope.Replace("retention 30", agreed, StringComparison.Ordinal));
        Assert.Equal(NoticeState.OtherScope, agreement.State);
        Assert.Equal([news], agreement.FindAdditions(tool).Select(addition => addition.Text));
    }

    [Theory]
    [InlineData("", "max-per-day 500\n", "up to 500 events of one kind a day counted for an installation (was 200)")]
    [InlineData(
        "max-per-day 300\n", "max-per-day 500\n",
        "up to 500 events of one kind a day counted for an installation (was 300)")]
    [InlineData("max-per-day 100\n", "", "up to 200 events of one kind a day counted for an installation (was 100)")]
    [InlineData("max-per-day 500\n", "", null)]
    public void If_more_events_of_a_day_count_nothing_is_recorded_before_the_user_agreed_to_it(
        string agreed, string now, string? news)
    {
        var tool = WiderTool.Of(Now, Now.Scope.Replace("time second", now + "time second", StringComparison.Ordinal));
        var agreement = Agreement.For(
            tool, new string('0', 16), "2026-11-20",
            Now.Scope.Replace("time second", agreed + "time second", StringComparison.Ordinal));
        Assert.Equal(news is null ? NoticeState.Agreed : NoticeState.OtherScope, agreement.State);
        string[] expected = news is null ? [] : [news];
        Assert.Equal(expected, agreement.FindAdditions(tool).Select(addition => addition.Text));
    }

    [Fact]
    public void The_line_names_the_scope_that_was_agreed_to()
    {
        using var home = Agreed(
            Now.Scope.Replace("field work port enum values=openssl,zlib\n", "", StringComparison.Ordinal));
        home.Record(Fill);
        using var line = JsonDocument.Parse(Assert.Single(home.Lines()));
        Assert.Equal(new string('0', 16), line.RootElement.GetProperty("agreed").GetString());
    }

    [Fact]
    public void A_coarser_time_that_was_agreed_to_stays()
    {
        using var home = Agreed(Now.Scope.Replace("time second", "time day", StringComparison.Ordinal));
        home.Record(Fill);
        Assert.Contains("\"time\":\"2026-11-20T00:00:00Z\"", Assert.Single(home.Lines()), StringComparison.Ordinal);
        Assert.Contains("time precision: second (was day)", Why(home), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_outside_the_agreed_scope_is_not_recorded_while_others_are()
    {
        var without = string.Join(
            '\n', Now.Scope.Split('\n').Where(line => !line.Contains(" tally", StringComparison.Ordinal)));
        using var home = Agreed(without);
        using (var client = home.Start())
        {
            new TallyEvent(client).Dispose();
            new WorkEvent(client).Dispose();
        }

        Assert.Contains("\"event\":\"work\"", Assert.Single(home.Lines()), StringComparison.Ordinal);
        Assert.Contains("- new: event tally\n", Why(home), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recipient example", "recipient another", "- new: recipient: example (was another)")]
    [InlineData(
        "endpoint https://collector.invalid/v1",
        "endpoint https://old.invalid/v1",
        "(was https://old.invalid/v1/batches)")]
    [InlineData("retention 30", "retention 29", "- new: kept for 30 days (was 29)")]
    public void Under_another_recipient_address_or_a_longer_keeping_nothing_is_recorded(
        string now, string agreed, string news)
    {
        using var home = Agreed(Now.Scope.Replace(now, agreed, StringComparison.Ordinal));
        home.Record(Fill);
        Assert.Empty(home.Lines());
        Assert.Contains("has changed since you saw the notice", Why(home), StringComparison.Ordinal);
        Assert.Contains(news, Why(home), StringComparison.Ordinal);
    }

    [Fact]
    public void The_notice_of_a_wider_manifest_shows_the_difference_and_then_all_is_recorded()
    {
        using var home = Agreed(
            Now.Scope.Replace("enum values=openssl,zlib", "enum values=openssl", StringComparison.Ordinal));
        home.Command("notice");
        Assert.StartsWith(
            "Telemetry for Sample has changed since the notice you saw on 2026-11-20. New:\n"
            + "- field port of work (enum): values zlib\n", home.Said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Now.Notice, home.Said.ToString(), StringComparison.Ordinal);
        home.Said.Clear();
        home.Command("notice");
        Assert.Equal(Now.Notice, home.Said.ToString());
        home.Record(Fill);
        Assert.Contains("\"port\":\"zlib\"", Assert.Single(home.Lines()), StringComparison.Ordinal);
        Assert.Contains("Events are recorded.", Why(home), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_addition_in_several_events_is_one_line()
    {
        using var home = Agreed(
            Now.Scope.Replace("version values=preview,rc", "version values=preview", StringComparison.Ordinal));
        Assert.Contains(
            "\n- new: field version of work, dropped (version): values rc\n", Why(home), StringComparison.Ordinal);
        Assert.Equal(1, Why(home).Split("\n- new: field version of ").Length - 1);
    }

    [Theory]
    [InlineData(
        "values=openssl,zlib",
        "values=openssl",
        "Until now, only the data in that notice was recorded.\n`sample-tool telemetry show` lists everything")]
    [InlineData("retention 30", "retention 29", "Nothing has been recorded since the change. The full notice:\n\n")]
    public void The_new_notice_says_what_was_recorded_meanwhile(string now, string agreed, string meanwhile)
    {
        using var home = Agreed(Now.Scope.Replace(now, agreed, StringComparison.Ordinal));
        home.Command("notice");
        Assert.Contains(meanwhile, home.Said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_the_run_that_shows_the_difference_records_nothing()
    {
        var tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal);
        using var home = Agreed(
            tool.Scope.Replace("values=openssl,zlib", "values=zlib", StringComparison.Ordinal), tool);
        home.Record(Fill);
        Assert.Single(home.Lines());
        home.Terminals.Add(2);
        home.Record(Fill);
        Assert.Single(home.Lines());
        Assert.Contains(
            "- field port of work (enum): values openssl\n", home.Said.ToString(), StringComparison.Ordinal);
        home.Record(Fill);
        Assert.Equal(2, home.Lines().Count);
    }

    [Fact]
    public async Task Neither_events_queued_for_another_recipient_nor_the_id_go_to_the_new_one()
    {
        using var home = new UserHome().Agreed().Record(Fill);
        var id = Id(home);
        var receipt = Path.Combine(home.State.In("receipts"), "setup");
        var old = Now.Scope.Replace("recipient example", "recipient another team", StringComparison.Ordinal);
        File.WriteAllText(receipt, Text(old, "setup"));
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;

        var result = await home.Upload();
        Assert.Contains("has changed since you saw the notice", result.Problem, StringComparison.Ordinal);
        Assert.Empty(collector.Requests);

        home.Command("notice");
        Assert.Empty(home.Lines());
        home.Record(Fill);
        Assert.NotEqual(id, Id(home));
        Assert.Equal(1, (await home.Upload()).Accepted);
        Assert.DoesNotContain(id, Assert.Single(collector.Requests).Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_without_a_receipt()
    {
        using var home = new UserHome().Agreed().Record(Fill);
        Directory.Delete(home.State.In("receipts"), recursive: true);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        var result = await home.Upload();
        Assert.Contains("the notice has not been seen yet", result.Problem, StringComparison.Ordinal);
        Assert.Empty(collector.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tallymark-scope 2\n")]
    [InlineData("tallymark-scope 1\nrecipient example\n")]
    [InlineData(
        "tallymark-scope 1\nrecipient example\nendpoint https://collector.invalid/v1/batches\n"
        + "retention never\ntime second\n")]
    public void A_receipt_with_no_scope_to_read_allows_nothing(string scope)
    {
        using var home = Agreed(scope);
        home.Record(Fill);
        Assert.Empty(home.Lines());
    }

    static void Fill(WorkEvent work)
    {
        work.Port = "zlib";
        work.Options = ["--dry-run", "--keep-going"];
        work.Store = "s3://bucket/key";
        work.Items = 12;
        work.ItemsBucket = 12;
        work.Size = 12;
        work.File = "a.txt";
    }

    static string Id(UserHome home)
    {
        using var line = JsonDocument.Parse(home.Lines().Single());
        return line.RootElement.GetProperty("fields").GetProperty("installation").GetString()!;
    }

    static string Why(UserHome home)
    {
        home.Answered.Clear();
        home.Command("why");
        return home.Answered.ToString();
    }

    static string Text(string scope, string channel) => "tallymark-receipt 1\nchannel " + channel
        + "\ndate 2026-11-20T10:51:21Z\nscope " + new string('0', 64) + "\n\n" + scope;

    static UserHome Agreed(string scope, ToolDefinition? tool = null)
    {
        var home = new UserHome { Tool = tool ?? Now };
        var channel = tool?.Channels == NoticeChannels.Terminal ? "terminal" : "setup";
        StateFolder.Replace(
            Path.Combine(home.State.In("receipts"), channel), Encoding.UTF8.GetBytes(Text(scope, channel)));
        return home;
    }
}
