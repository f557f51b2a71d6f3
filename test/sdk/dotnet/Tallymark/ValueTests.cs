// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// The values that each type accepts (spec/manifest.md), and that no text of the program gets any further.
/// </summary>
public sealed partial class ValueTests
{
    /// <summary>The characters that a line may contain, so that no escape is ever needed.</summary>
    [GeneratedRegex("""^[ -~]*\n\z""")]
    private static partial Regex Printable();

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(1L << 53, "9007199254740992")]
    [InlineData((1L << 53) + 1, null)]
    [InlineData(-1L, null)]
    [InlineData(long.MaxValue, null)]
    public void A_count_is_kept_as_it_is(long value, string? expected) =>
        Assert.Equal(expected, Field("items", work => work.Items = value));

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(1L, "1")]
    [InlineData(9L, "1")]
    [InlineData(10L, "10")]
    [InlineData(99L, "10")]
    [InlineData(100L, "100")]
    [InlineData(long.MaxValue, "100")]
    [InlineData(-1L, null)]
    public void A_count_in_buckets_is_the_largest_bound_not_above_it(long value, string? expected) =>
        Assert.Equal(expected, Field("items_bucket", work => work.ItemsBucket = value));

    [Theory]
    [InlineData(0L, "0")]
    [InlineData(1L, "1")]
    [InlineData(2L, "2")]
    [InlineData(3L, "4")]
    [InlineData(1000L, "1024")]
    [InlineData(1024L, "1024")]
    [InlineData(1025L, "2048")]
    [InlineData(1L << 62, "4611686018427387904")]
    [InlineData((1L << 62) + 1, null)]
    [InlineData(-1L, null)]
    public void Bytes_are_the_power_of_two_at_or_above(long value, string? expected) =>
        Assert.Equal(expected, Field("size", work => work.Size = value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(9_999, "0")]
    [InlineData(10_000, "1")]
    [InlineData(12_345_678, "1234")]
    [InlineData(-1, null)]
    [InlineData(long.MaxValue, "922337203685477")]
    public void A_duration_is_whole_milliseconds(long ticks, string? expected) =>
        Assert.Equal(expected, Field("waited", work => work.Waited = TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(255, "255")]
    [InlineData(256, null)]
    [InlineData(-1, null)]
    public void An_exit_code_is_0_to_255(int value, string? expected) =>
        Assert.Equal(expected, Field("exit_code", work => work.ExitCode = value));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.4.2", "1.4.2")]
    [InlineData("1.2.3.400", "1.2.3.400")]
    [InlineData("1.0.0.0", "1.0.0.0")]
    [InlineData("19.38.33133.1", "19.38.33133.1")]
    [InlineData("192.168.1.17", "other")]
    [InlineData("192.168.001.017", "other")]
    [InlineData("192.168.1.17-rc.1", "other")]
    [InlineData("999999999.0", "999999999.0")]
    [InlineData("1.4.2-rc", "1.4.2-rc")]
    [InlineData("1.4.2-rc.1", "1.4.2-rc.1")]
    [InlineData("1.4.2-beta.123456789", "1.4.2-beta.123456789")]
    [InlineData("1.2.3.4.5", "other")]
    [InlineData("1234567890", "other")]
    [InlineData("1.4.2-alpha", "other")]
    [InlineData("1.4.2-rc1", "other")]
    [InlineData("1.4.2-rc.1.2", "other")]
    [InlineData("1.4.2-rc.", "other")]
    [InlineData("1.4.2-", "other")]
    [InlineData("1.4.", "other")]
    [InlineData(".1", "other")]
    [InlineData("", "other")]
    [InlineData("v1", "other")]
    [InlineData("1.4.2+7e1c9", "other")]
    [InlineData("1.4.2 ", "other")]
    [InlineData("١.٢", "other")]
    [InlineData("/home/ada", "other")]
    public void A_version_is_numbers_and_a_label_of_the_list(string value, string expected) =>
        Assert.Equal(Quoted(expected), Field("other_version", work => work.OtherVersion = value));

    [Theory]
    [InlineData(0, "failed")]
    [InlineData(1, "succeeded")]
    [InlineData(2, "other")]
    [InlineData(-1, "other")]
    [InlineData(-2, null)]
    [InlineData(-3, "other")]
    [InlineData(int.MaxValue, "other")]
    public void An_enum_is_the_value_with_that_number(int index, string? expected) =>
        Assert.Equal(Quoted(expected), Field("result", work => work.Result = index));

    [Theory]
    [InlineData("zlib", "zlib")]
    [InlineData("openssl", "openssl")]
    [InlineData("zli", "other")]
    [InlineData("zlibb", "other")]
    [InlineData("Zlib", "other")]
    [InlineData("", "other")]
    [InlineData("\n", "other")]
    [InlineData("openssl\nzlib", "other")]
    [InlineData("zlib\0", "other")]
    [InlineData("z\u026Aib", "other")]
    [InlineData(null, null)]
    public void A_listed_value_is_itself_and_every_other_is_other(string? value, string? expected) =>
        Assert.Equal(Quoted(expected), Field("port", work => work.Port = value));

    [Theory]
    [InlineData("[]")]
    [InlineData("""["zz"]""", "zz", "zz")]
    [InlineData("""["--dry-run","--keep-going","zz"]""", "zz", "--keep-going", "--dry-run", "zz")]
    [InlineData("""["--dry-run","other","zz"]""", "zz", "a", "--dry-run", "b", "a")]
    [InlineData("""["other"]""", "a", "b")]
    [InlineData("""["--dry-run","other"]""", "a", "--dry-run")]
    public void A_set_is_sorted_by_bytes_without_repeats_and_strangers_are_one_other(
        string expected, params string[] values) =>
        Assert.Equal(expected, Field("options", work => work.Options = values));

    [Fact]
    public void A_sequence_without_end_is_left_out()
    {
        static IEnumerable<string> Endless()
        {
            while (true)
                yield return "zz";
        }

        Assert.Null(Field("options", work => work.Options = Endless()));
    }

    [Fact]
    public void A_sequence_that_throws_is_left_out_and_throws_nothing()
    {
        static IEnumerable<string> Broken()
        {
            yield return "zz";
            throw new InvalidOperationException("of the program");
        }

        Assert.Null(Field("options", work => work.Options = Broken()));
    }

    [Fact]
    public void While_telemetry_is_off_a_sequence_of_the_program_is_not_read()
    {
        using var home = new UserHome().Agreed();
        home["DO_NOT_TRACK"] = "1";
        var read = false;
        IEnumerable<string> Costly()
        {
            read = true;
            yield return "zz";
        }

        home.Record(work => work.Options = Costly());
        Assert.False(read);
    }

    [Fact]
    public void A_sequence_that_sets_another_field_mixes_nothing()
    {
        using var home = new UserHome().Agreed();
        home.Record(work =>
        {
            IEnumerable<string> Meddling()
            {
                work.Items = 5;
                yield return "zz";
            }

            work.Options = Meddling();
        });
        Assert.Contains(""","options":["zz"],"items":5}}""", home.Lines()[0]);
    }

    [Theory]
    [InlineData("https://user:password@host/path", "https")]
    [InlineData("HTTPS://host", "https")]
    [InlineData("s3://bucket", "s3")]
    [InlineData("s3", "s3")]
    [InlineData("ftp://host", "custom_scheme")]
    [InlineData("my-own.thing+x:rest", "custom_scheme")]
    [InlineData("ftp", "none")]
    [InlineData("C:\\data", "none")]
    [InlineData("/home/ada:x", "none")]
    [InlineData("./a", "none")]
    [InlineData(":", "none")]
    [InlineData("", "none")]
    [InlineData(null, null)]
    public void A_scheme_is_one_of_the_list_or_custom_or_none(string? value, string? expected) =>
        Assert.Equal(Quoted(expected), Field("store", work => work.Store = value));

    [Theory]
    [InlineData("45E27512-43E8-4C7E-87AC-A6AC25D75A0D", "45e27512-43e8-4c7e-87ac-a6ac25d75a0d")]
    [InlineData("45e2751243e84c7e87aca6ac25d75a0d", "45e27512-43e8-4c7e-87ac-a6ac25d75a0d")]
    [InlineData("0", "0")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9999999999999999999", "9999999999999999999")]
    [InlineData("12345678901234567890", null)]
    [InlineData("-1", null)]
    [InlineData("", null)]
    [InlineData("ada", null)]
    [InlineData("{45E27512-43E8-4C7E-87AC-A6AC25D75A0D}", null)]
    public void A_random_id_is_a_uuid_or_up_to_19_digits(string value, string? expected) =>
        Assert.Equal(Quoted(expected), Field("experiment", work => work.Experiment = value));

    [Fact]
    public void A_random_id_may_come_as_uuid_or_number()
    {
        var id = Guid.Parse("45e27512-43e8-4c7e-87ac-a6ac25d75a0d");
        Assert.Equal(Quoted(id.ToString()), Field("experiment", work => work.ExperimentUuid = id));
        Assert.Equal(Quoted("7"), Field("experiment", work => work.ExperimentNumber = 7));
        Assert.Null(Field("experiment", work => work.ExperimentNumber = -7));
    }

    [Fact]
    public void A_later_value_replaces_an_earlier_one_and_null_clears_it()
    {
        Assert.Equal("3", Field("items", work => (work.Items, work.Dry, work.Items) = (100, true, 3)));
        Assert.Null(Field("items", work => (work.Items, work.Items) = (100, null)));
        Assert.Null(Field("items", work => (work.Items, work.Items) = (100, -1)));
    }

    [Fact]
    public void A_field_can_be_set_any_number_of_times()
    {
        var expected = Field("items", work =>
        {
            work.Port = "zlib";
            for (var i = 0; i <= 100_000; i++)
                work.Items = i;
        });
        Assert.Equal("100000", expected);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_counted()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        using var work = new WorkEvent(client);
        work.ExitCode = 256;
        work.Items = -1;
        Assert.Equal(2, client.Dropped);
    }

    [Fact]
    public void After_its_end_an_event_takes_no_value_and_is_not_recorded_again()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        var work = new WorkEvent(client);
        work.Dispose();
        work.Items = 3;
        work.Dispose();
        client.Dispose();
        Assert.DoesNotContain("items", Assert.Single(home.Lines()));
    }

    [Fact]
    public void A_stack_has_frames_of_the_tool_alone_and_no_message()
    {
        // The events of these tests come from the sample program's assembly; none of its methods is on this stack.
        try
        {
            throw new InvalidOperationException("/home/ada/secret");
        }
        catch (InvalidOperationException e)
        {
            Assert.Equal("[]", Field("stack", work => work.Stack = e));
        }

        try
        {
            SampleTelemetry.Define(null!, NoticeChannels.Setup).Tool.ToString();
        }
        catch (NullReferenceException e)
        {
            Assert.Equal("[]", Field("stack", work => work.Stack = e));
        }

        try
        {
            SampleTelemetry.Start(null!, []);
        }
        catch (NullReferenceException e)
        {
            var frame = Assert.Single(
                JsonDocument.Parse(Field("stack", work => work.Stack = e)!).RootElement.EnumerateArray());
            Assert.Matches(@"^Tallymark\.Tests\.Program\.SampleTelemetry\.Start:\d+$", frame.GetString());
        }
    }

    [Fact]
    public void No_text_that_the_program_gives_reaches_a_line()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        var allowed = new HashSet<string>(
            ["zlib", "openssl", "--dry-run", "--keep-going", "zz", "https", "s3", "other", "none", "custom_scheme"]);
        var texts = ArbMap.Default.GeneratorFor<string>().Where(text => text is not null);
        Prop.ForAll(Arb.From(texts), text =>
        {
            using var work = new WorkEvent(client);
            work.Port = text;
            work.Options = [text, "zz" + text];
            work.OtherVersion = text;
            work.Store = text;
            work.File = text;
            work.Word = text;
            work.Experiment = text;
            var line = Line(client, work, home);
            if (!Printable().IsMatch(line))
                return false;
            using var document = JsonDocument.Parse(line);
            foreach (var field in document.RootElement.GetProperty("fields").EnumerateObject())
            {
                foreach (var value in Strings(field.Value))
                {
                    var fine = field.Name switch
                    {
                        "port" or "options" or "store" => allowed.Contains(value),
                        "other_version" => value == "other" || Regex.IsMatch(
                            value, @"^[0-9.]+(-(beta|rc)(\.[0-9]+)?)?$"),
                        "file" or "word" => Regex.IsMatch(value, "^[0-9a-f]{64}$"),
                        "experiment" => Regex.IsMatch(
                            value, "^([0-9]{1,19}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"),
                        _ => true,
                    };
                    if (!fine)
                        return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Finding_in_a_list_agrees_with_a_plain_search()
    {
        var words = Gen.ListOf(Gen.Elements("a", "b", "ab", "abc", "zlib", "z", "-", "a-b", "a.b"), 6);
        Prop.ForAll(Arb.From(words), list =>
        {
            var sorted = list.Distinct().Order(StringComparer.Ordinal).ToList();
            var bytes = Encoding.ASCII.GetBytes("\n" + string.Join('\n', sorted) + "\n");
            return new[] { "a", "ab", "abc", "abcd", "z", "", "b", "a-b", "zlib" }.All(word =>
                ValueList.Find(bytes, word) >= 0 == sorted.Contains(word)
                    && ValueList.Has(bytes, word) == sorted.Contains(word));
        }).QuickCheckThrowOnFailure();
    }

    static string? Quoted(string? text) => text is null ? null : "\"" + text + "\"";

    /// <summary>The JSON of one field in the recorded line; null if the line does not have it.</summary>
    static string? Field(string name, Action<WorkEvent> act)
    {
        using var home = new UserHome().Agreed();
        home.Record(act);
        using var document = JsonDocument.Parse(Assert.Single(home.Lines()));
        return document.RootElement.GetProperty("fields")
            .TryGetProperty(name, out var value) ? value.GetRawText() : null;
    }

    static string Line(TelemetryClient client, TelemetryEvent work, UserHome home)
    {
        var line = new LineBuffer(SpoolLine.MaxBytes);
        var installation = new Installation("sample-tool", new byte[32]);
        var all = new RecordingScope(
            client.Tool, new Agreement(NoticeState.Agreed, client.Tool.ScopeId), [], settings: null);
        SpoolLine.Write(
            line, work.Finish(), client.Tool, all, all.Of(work.Shape)!,
            new BuiltInFields(client.Tool, home.SdkEnvironment), installation);
        return Encoding.UTF8.GetString(line.Written);
    }

    static IEnumerable<string> Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Select(one => one.GetString()!),
        _ => [],
    };
}
