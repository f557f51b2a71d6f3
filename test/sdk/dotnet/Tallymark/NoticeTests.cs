// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>The notice and its receipt: nothing is recorded before the notice was seen.</summary>
public sealed class NoticeTests
{
    static readonly ToolDefinition OnTerminal = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal);

    [Fact]
    public void A_run_of_the_telemetry_command_does_not_show_the_notice_first()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Terminal) };
        home.Terminals.Add(2);
        home.Start("telemetry", "off").Dispose();
        home.Start("--no-telemetry", "telemetry", "why").Dispose();
        Assert.Equal("", home.Said.ToString());
        home.Start("install", "telemetry").Dispose();
        Assert.NotEqual("", home.Said.ToString());
    }

    [Fact]
    public void Before_the_notice_was_seen_nothing_is_recorded_and_no_file_is_created()
    {
        using var home = new UserHome();
        home.Record(_ => { });
        Assert.False(Directory.Exists(home.State.Path));
        Assert.Equal("", home.Said.ToString());
    }

    [Fact]
    public void On_a_terminal_the_first_run_shows_the_notice_and_records_nothing_and_the_second_records()
    {
        using var home = new UserHome { Tool = OnTerminal };
        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Equal(OnTerminal.Notice, home.Said.ToString());
        Assert.Empty(home.Lines());
        home.Record(_ => { });
        Assert.Equal(OnTerminal.Notice, home.Said.ToString());
        Assert.Single(home.Lines());
    }

    [Fact]
    public void Without_a_terminal_the_notice_of_a_terminal_is_not_shown()
    {
        using var home = new UserHome { Tool = OnTerminal };
        home.Terminals.Add(0);
        home.Record(_ => { });
        home.Record(_ => { });
        Assert.Equal("", home.Said.ToString());
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void No_notice_is_shown_while_telemetry_is_off()
    {
        using var home = new UserHome { Tool = OnTerminal };
        home.Terminals.Add(2);
        home["CI"] = "true";
        home.Record(_ => { });
        Assert.Equal("", home.Said.ToString());
        Assert.False(Directory.Exists(home.State.Path));
    }

    [Fact]
    public void A_notice_that_leaves_no_receipt_is_not_shown()
    {
        using var home = new UserHome { Tool = OnTerminal };
        home.Terminals.Add(2);
        Directory.CreateDirectory(Path.Combine(home.Path, ".local"));
        File.WriteAllText(Path.Combine(home.Path, ".local", "state"), "a file where a folder should be");
        home.Record(_ => { });
        Assert.Equal("", home.Said.ToString());
    }

    [Fact]
    public void In_a_set_up_the_command_writes_the_receipt_as_the_format_says()
    {
        using var home = new UserHome();
        Assert.Equal(0, home.Command("notice"));
        Assert.Equal(SampleTelemetry.Tool.Notice, home.Said.ToString());
        Assert.Equal("", home.Answered.ToString());
        var receipt = File.ReadAllText(Path.Combine(home.State.In("receipts"), "setup"));
        Assert.Equal(
            "tallymark-receipt 1\nchannel setup\ndate 2026-11-20T10:51:21Z\nscope " + home.Tool.ScopeId + "\n\n"
                + home.Tool.Scope,
            receipt);
        home.Record(_ => { });
        Assert.Single(home.Lines());
    }

    [Fact]
    public void On_a_page_it_counts_once_a_person_has_seen_it_and_the_running_server_records()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Page) };
        using (var client = home.Start())
        {
            new WorkEvent(client).Dispose();
            Assert.Equal(home.Tool.Notice, client.NoticeToShow);
            Assert.False(Directory.Exists(home.State.Path));
            client.NoticeShown();
            Assert.Null(client.NoticeToShow);
            new WorkEvent(client).Dispose();
        }

        Assert.Single(home.Lines());
        Assert.True(File.Exists(Path.Combine(home.State.In("receipts"), "page")));
        using var next = home.Start();
        Assert.Null(next.NoticeToShow);
        Assert.True(next.IsOn);
        Assert.Equal("", home.Said.ToString());
    }

    [Fact]
    public void A_page_has_nothing_to_show_and_nothing_counts_while_telemetry_is_off()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Page) };
        home["DO_NOT_TRACK"] = "1";
        using var client = home.Start();
        Assert.Null(client.NoticeToShow);
        client.NoticeShown();
        Assert.False(Directory.Exists(home.State.Path));
    }

    [Fact]
    public void On_channels_other_than_the_page_NoticeShown_has_no_effect()
    {
        using var home = new UserHome();
        using var client = home.Start();
        client.NoticeShown();
        Assert.Null(client.NoticeToShow);
        Assert.False(Directory.Exists(home.State.Path));
    }

    [Fact]
    public void In_the_documentation_it_counts_at_once_silently_and_leaves_a_receipt()
    {
        using var home = new UserHome { Tool = SampleTelemetry.Define("sample-tool", NoticeChannels.Documentation) };
        home.Terminals.Add(2);
        home.Record(_ => { });
        Assert.Single(home.Lines());
        Assert.Equal("", home.Said.ToString());
        Assert.True(File.Exists(Path.Combine(home.State.In("receipts"), "documentation")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\n")]
    [InlineData("\nscope ad8eb0719015aa97a5f7cb2fa3adb9f1e0f90b24acd8a24007d191c21c003094\n")]
    public void An_invalid_receipt_is_not_trusted(string text)
    {
        using var home = new UserHome().Agreed();
        File.WriteAllText(Path.Combine(home.State.In("receipts"), "setup"), text);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void Without_a_home_nothing_is_recorded_and_why_says_so()
    {
        using var home = new UserHome();
        home["HOME"] = null;
        home.Record(_ => { });
        home.Command("why");
        Assert.Contains("this user has no home folder", home.Answered.ToString());
        Assert.Equal(1, home.Command("notice"));
    }

    [Fact]
    public void A_missing_home_is_not_created()
    {
        using var home = new UserHome { Tool = OnTerminal };
        home.Terminals.Add(2);
        home["HOME"] = Path.Combine(home.Path, "absent");
        home.Record(_ => { });
        Assert.False(Directory.Exists(Path.Combine(home.Path, "absent")));
        Assert.Equal("", home.Said.ToString());
    }

    [Fact]
    public void Another_users_home_is_left_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can give a folder away");
        using var home = new UserHome();
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", home.Path]))
            chown.WaitForExit();
        Assert.Equal(1, home.Command("notice"));
        home.Record(_ => { });
        Assert.False(Directory.Exists(home.State.Path));
        home.Command("why");
        Assert.Contains("belongs to another user", home.Answered.ToString());
    }

    [Fact]
    public void Delete_from_another_users_home_does_not_ask_to_try_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Libc.geteuid() == 0, "only root can give a folder away");
        using var home = new UserHome().Agreed().Record(_ => { });
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", home.State.Path]))
            chown.WaitForExit();
        home.Said.Clear();
        Assert.Equal(1, home.Command("delete"));
        Assert.Equal(
            "sample-tool telemetry: not deleted: the home folder belongs to another user.\n", home.Said.ToString());
    }

    [Fact]
    public void The_scope_id_of_the_sample_is_the_hash_of_its_scope() =>
        Assert.Equal(
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(
                    System.Text.Encoding.UTF8.GetBytes(SampleTelemetry.Tool.Scope))),
            SampleTelemetry.Tool.ScopeId);
}
