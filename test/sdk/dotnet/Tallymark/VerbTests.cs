// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>The verbs that only read: their answers as text and as JSON, and their exit codes.</summary>
public sealed class VerbTests
{
    [Fact]
    public void Preview_is_exactly_what_is_queued()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(0, home.Command("preview"));
        Assert.Equal("", home.Answered.ToString());
        Assert.Equal("sample-tool telemetry: nothing is queued.\n", home.Said.ToString());
        home.RecordMany(3);
        home.Command("preview");
        Assert.Equal(string.Concat(home.Lines().Select(line => line + "\n")), home.Answered.ToString());
        using var json = Json(home, "preview");
        Assert.Equal(3, json.RootElement.GetProperty("queued").GetArrayLength());
    }

    [Fact]
    public void Queued_and_sent_events_are_shown_in_the_order_in_which_they_happened()
    {
        using var home = new UserHome().Agreed().RecordMany(1).RecordMany(1).RecordMany(1);
        var now = home.Clock.GetUtcNow().UtcDateTime;
        var files = Directory.GetFiles(home.State.Spool).Order(System.StringComparer.Ordinal).ToArray();
        var expected = string.Concat(files.Reverse().Select(File.ReadAllText));
        for (var i = 0; i < files.Length; i++)
            File.SetLastWriteTimeUtc(files[i], now.AddMinutes(-i)); // the last name is the oldest
        home.Command("preview");
        Assert.Equal(expected, home.Answered.ToString());

        for (var i = 0; i < files.Length; i++)
        {
            var batch = Directory.CreateDirectory(Path.Combine(home.State.Sent, "batch-" + i)).FullName;
            File.Move(files[i], Path.Combine(batch, Path.GetFileName(files[i])));
            Directory.SetLastWriteTimeUtc(batch, now.AddMinutes(-i));
        }

        home.Answered.Clear();
        home.Command("log");
        Assert.Equal(expected, home.Answered.ToString());
    }

    [Fact]
    public void An_empty_log_says_how_many_events_wait_and_where_to_read_them()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(0, home.Command("log"));
        Assert.Equal(
            "sample-tool telemetry: nothing was sent in the last 30 days and nothing is queued.\n", home.Said.ToString());
        home.RecordMany(1).Said.Clear();
        home.Command("log");
        Assert.Equal(
            "sample-tool telemetry: nothing was sent in the last 30 days; 1 event waits to be sent: "
                + "`sample-tool telemetry preview` prints it.\n",
            home.Said.ToString());
        home.RecordMany(2);
        using var json = Json(home, "log");
        Assert.Equal(3, json.RootElement.GetProperty("events_waiting").GetInt32());
    }

    [Fact]
    public async Task Why_in_JSON_has_the_last_answer_as_its_text_does()
    {
        using var home = new UserHome().Agreed().RecordMany(1);
        using (var json = Json(home, "why"))
            Assert.Equal(System.Text.Json.JsonValueKind.Null, json.RootElement.GetProperty("last_answer").ValueKind);
        await home.FailUpload();
        using var failed = Json(home, "why");
        var answer = failed.RootElement.GetProperty("last_answer").GetString();
        Assert.Contains("503", answer, StringComparison.Ordinal);
        Assert.Equal("2026-11-20T10:51:21Z", failed.RootElement.GetProperty("not_uploaded_since").GetString());
        home.Answered.Clear();
        home.Command("why");
        Assert.Contains(answer!, home.Answered.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_describes_each_verb_within_79_columns(string word)
    {
        using var home = new UserHome();
        Assert.Equal(0, home.Command(word));
        var lines = home.Answered.ToString().Split('\n');
        Assert.Equal(["usage: sample-tool telemetry VERB [FIELD] [--json]", ""], lines[..2]);
        Assert.Equal(
            [
                "status", "why", "on", "off", "show", "share FIELD", "withhold FIELD", "preview", "log", "delete",
                "upload", "verify", "notice",
            ],
            lines[2..^1].Select(line => line.Trim().Split("  ")[0]));
        Assert.All(lines, line => Assert.True(line.Length <= 79, line));
        Assert.Empty(home.Said.ToString());
    }

    [Theory]
    [InlineData("notice", 1)]
    [InlineData("no-such-verb", 2)]
    [InlineData("status", 1)]
    public async Task A_verb_that_cannot_write_its_output_says_so_by_its_exit_code(string verb, int code)
    {
        using var home = new UserHome();
        var ended = await Processes.RunOther(
            home, "sh", "-c", "exec \"$0\" telemetry \"$1\" >/dev/full 2>/dev/full", Processes.Sample, verb);
        Assert.Equal(code, ended.ExitCode);
        Assert.False(
            Directory.Exists(home.State.In("receipts")) && Directory.GetFiles(home.State.In("receipts")).Length > 0);
    }

    [Theory]
    [InlineData("on", "off")]
    [InlineData("off", "on")]
    public void A_saved_choice_that_does_not_decide_now_is_reported_as_saved(string verb, string other)
    {
        using var home = new UserHome().Agreed();
        home.Command(other);
        home["DO_NOT_TRACK"] = "1";
        Assert.Equal(0, home.Command(verb));
        Assert.EndsWith(
            "Telemetry for Sample is off (environment variable DO_NOT_TRACK=1).\n", home.Answered.ToString());
        Assert.Equal(
            $"sample-tool telemetry: `{verb}` was saved in {home.ChoiceFile}, but another setting takes precedence "
                + "(environment variable DO_NOT_TRACK=1).\n", home.Said.ToString());
        home["DO_NOT_TRACK"] = null;
        Assert.Equal(verb == "on" ? 1 : 0, home.Command("verify"));
    }

    [Fact]
    public async Task Preview_sees_the_events_of_a_process_that_still_runs_and_does_not_disturb_it()
    {
        using var home = new UserHome().Agreed();
        using var process = Processes.Start(home, Processes.Sample, "hold");
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        var preview = await Processes.Run(home, "telemetry", "preview");
        Assert.Equal(home.Lines().Single() + "\n", preview.Output);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Single(home.Lines());
    }

    [Fact]
    public async Task The_log_is_exactly_what_was_sent()
    {
        using var home = new UserHome().Agreed();
        home.RecordMany(3);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(0, (await Processes.Run(home, collector, "telemetry", "upload")).ExitCode);
        var sent = Assert.Single(collector.Requests).Lines[1..];
        Assert.Equal(
            string.Concat(sent.Select(line => line + "\n")), (await Processes.Run(home, "telemetry", "log")).Output);
        await Processes.Run(home, "telemetry", "off");
        Assert.Equal(
            string.Concat(sent.Select(line => line + "\n")), (await Processes.Run(home, "telemetry", "log")).Output);
        using var json = JsonDocument.Parse((await Processes.Run(home, "telemetry", "log", "--json")).Output);
        Assert.Equal(3, json.RootElement.GetProperty("sent").GetArrayLength());
    }

    [Fact]
    public async Task Upload_answers_in_JSON_too()
    {
        using var home = new UserHome().Agreed();
        home.RecordMany(2);
        using var collector = new Listener(Listener.Accept);
        using var json = JsonDocument.Parse(
            (await Processes.Run(home, collector, "telemetry", "upload", "--json")).Output);
        Assert.Equal(2, json.RootElement.GetProperty("accepted").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("trouble").ValueKind);
    }

    [Fact]
    public void Verify_exits_with_0_only_if_nothing_can_be_sent()
    {
        using var home = new UserHome().Agreed();
        Assert.Equal(1, home.Command("verify"));
        Assert.Contains("Something can be sent", home.Answered.ToString());
        home.Command("off");
        Assert.Equal(0, home.Command("verify"));
        using var json = Json(home, "verify");
        Assert.True(json.RootElement.GetProperty("nothing_can_be_sent").GetBoolean());
    }

    [Fact]
    public void Verify_exits_with_0_before_the_notice_was_seen()
    {
        using var home = new UserHome();
        Assert.Equal(0, home.Command("verify"));
        Assert.Contains("Nothing can be sent: the notice has not been seen yet", home.Answered.ToString());
        using var json = Json(home, "verify");
        Assert.True(json.RootElement.GetProperty("on").GetBoolean());
        Assert.StartsWith(
            "the notice has not been seen yet", json.RootElement.GetProperty("nothing_because").GetString());
        home.Agreed();
        Assert.Equal(1, home.Command("verify"));
    }

    [Theory]
    [InlineData(true, 1, 0, 1)]
    [InlineData(false, 0, 1, 0)]
    public async Task Verify_predicts_whether_an_upload_sends_queued_events(
        bool seen, int verify, int upload, int requests)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        if (!seen)
            Directory.Delete(home.State.In("receipts"), recursive: true);
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(verify, (await Processes.Run(home, collector, "telemetry", "verify")).ExitCode);
        Assert.Equal(upload, (await Processes.Run(home, collector, "telemetry", "upload")).ExitCode);
        Assert.Equal(requests, collector.Requests.Count);
    }

    [Fact]
    public void A_user_without_a_home_can_send_nothing()
    {
        using var home = new UserHome();
        home["HOME"] = null;
        Assert.Equal(0, home.Command("verify"));
        Assert.Contains("this user has no home folder", home.Answered.ToString());
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{\"tallymark\":1,\"tool\":\"sample-tool\",\"manifest\":")]
    [InlineData("{\"tallymark\":1,\"tool\":\"another\",\"manifest\":1}")]
    [InlineData("{} {}")]
    public void A_damaged_line_does_not_keep_the_others_from_being_shown(string damage)
    {
        using var home = new UserHome().Agreed().RecordMany(2);
        var good = home.Lines();
        home.Spool("ffffffffffffffffffffffffffffffff.ndjson", damage + "\n" + good[0] + "\n");
        using var json = Json(home, "preview");
        Assert.Equal(3, json.RootElement.GetProperty("queued").GetArrayLength());
        Assert.Equal("sample-tool telemetry: 1 line is damaged and will not be sent.\n", home.Said.ToString());
        home.Answered.Clear();
        Assert.Equal(0, home.Command("preview"));
        Assert.DoesNotContain(damage + "\n", home.Answered.ToString());
    }

    [Fact]
    public void A_line_of_a_frozen_or_sent_batch_that_is_not_JSON_is_shown_as_text()
    {
        using var home = new UserHome().Agreed();
        var id = System.Guid.NewGuid().ToString();
        (string, string, string)[] cases =
            [(home.State.Batches, "preview", "queued"), (home.State.Sent, "log", "sent")];
        foreach (var (folder, verb, name) in cases)
        {
            Directory.CreateDirectory(Path.Combine(folder, id));
            File.WriteAllText(Path.Combine(folder, id, "a.ndjson"), "{\"a\":1}\na user's \"edit\"\n");
            Directory.SetLastWriteTimeUtc(Path.Combine(folder, id), home.Clock.GetUtcNow().UtcDateTime);
            using var json = Json(home, verb);
            var lines = json.RootElement.GetProperty(name);
            Assert.Equal(1, lines[0].GetProperty("a").GetInt32());
            Assert.Equal("a user's \"edit\"", lines[1].GetString());
        }
    }

    [Fact]
    public void Show_lists_why_each_field_is_collected_and_where_to_report_a_leak()
    {
        using var home = new UserHome
        {
            Texts =
                "about\tmailto:privacy@sample.example\thttps://sample.example/source\nevent\twork\tHow often it works\n"
                + "field\tos\tos\tpublished\t\tlinux\tWhich systems to support\tone of linux, macos, other\n"
                + "field\titems\tcount\tnot published\t2027-01-31\t3\tHow large the work is\n",
        };
        home.Command("withhold", "items");
        home.Answered.Clear();
        Assert.Equal(0, home.Command("show"));
        Assert.Equal(
            "Sample may record these events, each with its time and whether it succeeded.\n"
            + "Recipient: example\nSource code: https://sample.example/source\n"
            + "Report a suspected leak to privacy@sample.example\n\n"
            + "work: How often it works\n  os (os, published): Which systems to support\n    for example linux\n"
            + "    one of linux, macos, other\n"
            + "  items (count, not published, until 2027-01-31, withheld by you): How large the work is\n"
            + "    for example 3\n",
            home.Answered.ToString());
        using var json = Json(home, "show");
        var work = Assert.Single(json.RootElement.GetProperty("events").EnumerateArray());
        Assert.Equal("linux", work.GetProperty("fields")[0].GetProperty("example").GetString());
        Assert.True(work.GetProperty("fields")[1].GetProperty("withheld").GetBoolean());
        home.Texts = "";
        Assert.Equal(1, home.Command("show"));
    }

    [Fact]
    public void Show_lists_fields_of_every_event_once()
    {
        const string Os = "field\tos\tos\tpublished\t\tlinux\tWhich systems to support\n";
        const string Items = "field\titems\tcount\tnot published\t\t3\tHow large the work is\n";
        const string OsText = "  os (os, published): Which systems to support\n    for example linux\n";
        using var home = new UserHome
        {
            Texts = "about\thttps://sample.example/report\thttps://sample.example/source\n"
                + $"event\twork\tHow often it works\n{Os}{Items}event\trest\tHow often it rests\n{Os}",
        };
        Assert.Equal(0, home.Command("show"));
        Assert.EndsWith(
            $"to https://sample.example/report\n\nIn every event:\n{OsText}\nwork: How often it works\n"
                + "  items (count, not published): How large the work is\n    for example 3\n\nrest: How often it rests\n",
            home.Answered.ToString());
        using var json = Json(home, "show");
        Assert.Equal(
            [2, 1], json.RootElement.GetProperty("events").EnumerateArray()
                .Select(e => e.GetProperty("fields").GetArrayLength()));
    }

    [Theory]
    [InlineData("sample-tool telemetry: unknown verb `prewiev`.\n", "prewiev")]
    [InlineData("sample-tool telemetry: `show` takes no argument except --json, but got `items`.\n", "show", "items")]
    [InlineData("sample-tool telemetry: `status` takes no argument except --json, but got `now`.\n", "status", "now")]
    [InlineData("sample-tool telemetry: `withhold` takes one field name; `show` lists the fields.\n", "withhold")]
    [InlineData(
        "sample-tool telemetry: `share` takes one field name; `show` lists the fields.\n", "share", "os", "items")]
    [InlineData("")]
    public void An_invalid_argument_is_named_before_the_usage(string complaint, params string[] words)
    {
        using var home = new UserHome();
        Assert.Equal(2, home.Command(words));
        Assert.StartsWith(complaint + "usage: sample-tool telemetry VERB ", home.Said.ToString());
        Assert.Equal("", home.Answered.ToString());
    }

    [Fact]
    public void Times_in_JSON_are_machine_readable_and_apostrophes_are_not_escaped()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home["DO_NOT_TRACK"] = "it's";
        using var json = Json(home, "status");
        Assert.Equal(
            DueFile.Read(home.State.Due, home.SdkEnvironment.Now)!.Value.Time,
            json.RootElement.GetProperty("next_upload").GetDateTime());
        Assert.Contains("DO_NOT_TRACK=it's", home.Answered.ToString());
    }

    [Theory]
    [InlineData("DO_NOT_TRACK", "1", "donottrack", false)]
    [InlineData("CI", "true", "ci", false)]
    [InlineData("NOTHING", "1", "default", true)]
    public void Why_and_status_name_the_source_in_JSON(string name, string value, string source, bool on)
    {
        using var home = new UserHome().Agreed();
        home[name] = value;
        foreach (var verb in (string[])["why", "status"])
        {
            using var json = Json(home, verb);
            Assert.Equal(source, json.RootElement.GetProperty("source").GetString());
            Assert.Equal(on, json.RootElement.GetProperty("on").GetBoolean());
            Assert.Equal(on, json.RootElement.GetProperty("recorded").GetBoolean());
        }

        using var status = Json(home, "status");
        Assert.Equal("example", status.RootElement.GetProperty("recipient").GetString());
        Assert.Equal("", home.Said.ToString());
    }

    [Theory]
    [InlineData("withhold")]
    [InlineData("status", "more")]
    [InlineData("ON")]
    public void An_unknown_verb_creates_nothing(params string[] args)
    {
        using var home = new UserHome();
        Assert.Equal(2, home.Command(args));
        Assert.False(File.Exists(home.ChoiceFile));
    }

    static JsonDocument Json(UserHome home, string verb)
    {
        home.Answered.Clear();
        home.Command(verb, "--json");
        return JsonDocument.Parse(home.Answered.ToString());
    }
}
