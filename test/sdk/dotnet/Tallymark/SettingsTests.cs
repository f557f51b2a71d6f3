// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// Remote settings (spec/settings.md): what is stored of an answer, what it stops, and that it can never allow more.
/// </summary>
public sealed class SettingsTests
{
    const string Head =
        "tallymark-settings 1\nrules {0}\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n";
    static readonly DateTime Fetched = new(2026, 11, 20, 10, 51, 21, DateTimeKind.Utc);
    static readonly JsonElement Vectors = VectorTests.Read("settings/settings.json");

    public static TheoryData<string> Answers => Names("answers");

    public static TheoryData<string> Rules => Names("rules");

    public static TheoryData<string> Broken => Names("broken");

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_stored_part_of_an_answer_is_as_the_format_says(string name)
    {
        var vector = Vector("answers", name);
        var lines = vector.GetProperty("lines");
        var text = SettingsAnswer.ToText(Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!), Fetched);
        Assert.Equal(
            lines.ValueKind == JsonValueKind.Null ? null : string.Concat(Texts(lines).Select(line => line + "\n")),
            text);
        if (text is not null)
            Assert.Equal(Fetched, RemoteSettings.Parse(text, "1.0", "linux", "kmpkg").Fetched);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_stops_what_the_format_says_and_nothing_else(string name)
    {
        var vector = Vector("rules", name);
        var settings = Parse(
            Texts(vector.GetProperty("rules")), VectorTests.Text(vector, "version"),
            VectorTests.Text(vector, "os"), VectorTests.Text(vector, "package"));
        var all = vector.GetProperty("stops_all").GetBoolean();
        var events = Texts(vector.GetProperty("stops_events"));
        var fields = vector.GetProperty("stops_fields").EnumerateArray().Select(Texts).ToList();
        Assert.Equal(Fetched, settings.Fetched);
        Assert.Equal(all, settings.StopsAll);
        Assert.Equal(vector.GetProperty("share").GetInt32(), settings.Share);
        foreach (var one in (string[])["install", "list"])
        {
            Assert.Equal(all || events.Contains(one), settings.StopsEvent(one));
            foreach (var field in (string[])["ports", "country", "install"])
                Assert.Equal(
                    fields.Exists(pair => pair[0] == one && pair[1] == field), settings.StopsField(one, field));
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_with_an_invalid_rule_counts_as_missing(string name) =>
        Assert.Same(
            RemoteSettings.None,
            Parse(["stop all", .. Texts(Vector("broken", name).GetProperty("rules"))], "1.0", "linux"));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("tallymark-settings 2\nrules 0\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n")]
    [InlineData("tallymark-settings 1\nrules 1\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0\n")]
    [InlineData("tallymark-settings 1\nrules 0\nfetched yesterday\nuntil 2026-11-27T10:51:21Z\nignored 0\n")]
    [InlineData("tallymark-settings 1\nrules 0\nfetched 2026-11-20T10:51:21Z\nuntil 2026-13-27T10:51:21Z\nignored 0\n")]
    [InlineData("tallymark-settings 1\nrules 0\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\n")]
    [InlineData("tallymark-settings 1\nrules 0\nfetched 2026-11-20T10:51:21Z\nuntil 2026-11-27T10:51:21Z\nignored 0")]
    [InlineData("tallymark-settings 1\nrules 0\nuntil 2026-11-27T10:51:21Z\nfetched 2026-11-20T10:51:21Z\nignored 0\n")]
    public void An_incomplete_file_counts_as_missing_and_allows_no_upload(string text)
    {
        using var home = new UserHome();
        StateFolder.Replace(home.State.Settings, Encoding.UTF8.GetBytes(text));
        Assert.Same(RemoteSettings.None, RemoteSettings.Read(home.State, home.Tool));
        Assert.True(RemoteSettings.ForRecording(home.State, home.Tool) is null or { StopsAll: false, Rules.Count: 0 });
        Assert.False(RemoteSettings.None.AllowSending(Fetched));
    }

    [Fact]
    public void A_path_that_is_not_a_text_file_counts_as_missing()
    {
        using var home = new UserHome();
        StateFolder.Replace(home.State.Settings, [.. "tallymark-settings 1\nrules 1\n"u8, 0xff, 0xfe, (byte)'\n']);
        Assert.Same(RemoteSettings.None, RemoteSettings.ForRecording(home.State, home.Tool));
        File.Delete(home.State.Settings);
        Directory.CreateDirectory(home.State.Settings);
        Assert.Null(RemoteSettings.ForRecording(home.State, home.Tool));
        Assert.Same(RemoteSettings.None, RemoteSettings.Read(home.State, home.Tool));
    }

    [Fact]
    public void A_recording_process_has_nothing_to_do_with_settings_without_rules()
    {
        using var home = new UserHome().WithSettings();
        Assert.Null(RemoteSettings.ForRecording(home.State, home.Tool));
        Assert.NotNull(RemoteSettings.Read(home.State, home.Tool).Fetched);
    }

    [Fact]
    public void They_let_events_be_sent_until_they_end_and_are_asked_for_again_after_an_hour()
    {
        var settings = Parse([], "1.0", "linux");
        Assert.True(settings.AreFresh(Fetched.AddMinutes(59)));
        Assert.False(settings.AreFresh(Fetched.AddHours(1)));
        Assert.True(settings.AllowSending(Fetched.AddHours(167)));
        Assert.False(settings.AllowSending(Fetched.AddHours(168)));

        // The clock was set back: the age of the settings is unknown.
        Assert.False(settings.AllowSending(Fetched.AddSeconds(-1)));
        Assert.False(settings.AreFresh(Fetched.AddSeconds(-1)));
    }

    [Fact]
    public void The_secret_draws_the_number_that_the_format_says()
    {
        var share = Vectors.GetProperty("share");
        var installation = new Installation(
            VectorTests.Text(share, "tool"), Convert.FromHexString(VectorTests.Text(share, "secret")));
        Assert.All(
            share.GetProperty("in").EnumerateArray(), one => Assert.True(installation.IsInShare(one.GetInt32())));
        Assert.All(
            share.GetProperty("out").EnumerateArray(), one => Assert.False(installation.IsInShare(one.GetInt32())));
    }

    [Fact]
    public void A_share_takes_its_part_of_the_installations_and_each_larger_one_takes_them_too()
    {
        const int Installations = 20_000;
        int[] shares = [0, 10_000, 250_000, 500_000, 990_000, 1_000_000];
        var taken = new int[shares.Length];
        for (var i = 0; i < Installations; i++)
        {
            var secret = new byte[32];
            BitConverter.TryWriteBytes(secret, i);
            var installation = new Installation("kmpkg", secret);
            var before = false;
            for (var at = 0; at < shares.Length; at++)
            {
                var isIn = installation.IsInShare(shares[at]);
                Assert.True(isIn || !before, "a larger share lost an installation");
                before = isIn;
                taken[at] += isIn ? 1 : 0;
            }
        }

        Assert.Equal(0, taken[0]);
        Assert.Equal(Installations, taken[^1]);

        // The same secrets give the same numbers each time. The limit is five standard deviations of a fair draw.
        for (var at = 1; at < shares.Length - 1; at++)
        {
            var part = shares[at] / 1e6;
            Assert.InRange(
                Math.Abs(taken[at] - Installations * part), 0, 5 * Math.Sqrt(Installations * part * (1 - part)));
        }
    }

    [Fact]
    public void No_answer_ever_allows_more_than_no_settings_do()
    {
        var words = Gen.Elements(
            "stop", "event", "field", "share", "versions", "os", "packages", "all", "install", "rules", "tallymark",
            "lifetime_hours",
            "start", "allow",
            "record", "*", "linux", "1.0", "", "none", "endpoint");
        var atoms = Gen.OneOf(
            words.Select(word => JsonSerializer.Serialize(word)),
            Gen.Elements("0", "1", "-1", "0.5", "2", "168", "1e9", "true", "null", "[]", "{}", "1e-9", "0.1000000001"));
        var lists = Gen.ListOf(atoms, 3).Select(list => "[" + string.Join(',', list) + "]");
        var rules = Gen.ListOf(Gen.Zip(words, Gen.OneOf(atoms, lists)), 3)
            .Select(members =>
                "{" + string.Join(',', members.Select(m => JsonSerializer.Serialize(m.Item1) + ":" + m.Item2)) + "}");
        var likely = Gen.Elements(
            """{"stop":"all"}""", """{"stop":"event","event":"install"}""", """{"stop":"field","field":"os"}""", """{"share":0.5}""");
        var answers = Gen.ListOf(Gen.OneOf(rules, likely, atoms), 4)
            .Select(list => "{\"tallymark\":1,\"lifetime_hours\":1,\"rules\":[" + string.Join(',', list) + "]}");
        var installation = new Installation("kmpkg", new byte[32]);
        var understood = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000)
                .WithReplay(new Replay(new Rnd(20261120, 1), Microsoft.FSharp.Core.FSharpOption<int>.None)),
            Prop.ForAll(Arb.From(Gen.OneOf(answers, rules)), answer =>
            {
                if (SettingsAnswer.ToText(Encoding.UTF8.GetBytes(answer), Fetched) is not { } text)
                    return true;
                var settings = RemoteSettings.Parse(text, "1.0", "linux", "kmpkg");
                understood += settings.Rules.Count > 0 ? 1 : 0;
                return IsNarrow(settings, installation);
            }));
        Assert.True(understood > 100, "hardly any answer had a rule in it");
    }

    [Fact]
    public void No_text_of_the_file_ever_allows_more_than_no_file_does()
    {
        var lines = Gen.Elements(
            "stop all", "stop event install", "stop field * os", "share 0", "share 1000000", "share 2000000",
            "start all",
            "allow event install",
            "stop all os=windows", "share 0 packages=kmpkg", "", "share -5", "stop event *", "record paths",
            "until 2099-01-01T00:00:00Z", "stop none");
        var texts = Gen.OneOf(
            Gen.ListOf(lines, 3).Select(list =>
                string.Format(CultureInfo.InvariantCulture, Head, list.Count)
                + string.Concat(list.Select(line => line + "\n"))),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
        var installation = new Installation("kmpkg", new byte[32]);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                Arb.From(texts), text => IsNarrow(RemoteSettings.Parse(text, "1.0", "linux", "kmpkg"), installation)));
    }

    // Without settings all of these are false, which allows everything; only rules that stop something are stored.
    static bool IsNarrow(RemoteSettings settings, Installation installation)
    {
        var none = RemoteSettings.None;
        return !none.StopsAll && !none.StopsEvent("install") && !none.StopsField("install", "os") && !none.Excludes(
            installation)
            && settings.Share is >= 0 and <= RemoteSettings.WholeShare
            && settings.Rules.TrueForAll(rule => rule.StartsWith("stop ", StringComparison.Ordinal) || rule.StartsWith(
                "share ", StringComparison.Ordinal));
    }

    static RemoteSettings Parse(string[] rules, string version, string os, string package = "kmpkg")
    {
        var head = string.Format(CultureInfo.InvariantCulture, Head, rules.Length);
        return RemoteSettings.Parse(head + string.Concat(rules.Select(rule => rule + "\n")), version, os, package);
    }

    static TheoryData<string> Names(string list) =>
        new(Vectors.GetProperty(list).EnumerateArray().Select(one => VectorTests.Text(one, "name")));

    static JsonElement Vector(string list, string name) =>
        Vectors.GetProperty(list).EnumerateArray().Single(one => VectorTests.Text(one, "name") == name);

    static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];
}
