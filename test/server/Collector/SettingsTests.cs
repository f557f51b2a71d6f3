// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>
/// Installations get the settings that an operator writes; a mistake in them changes nothing (spec/settings.md).
/// </summary>
public sealed class SettingsTests
{
    const string Path = "v1/settings?tool=probe";
    const string NoRules = """{"tallymark":1,"lifetime_hours":168,"rules":[]}""";
    const string StopPlain = """{"tallymark":1,"lifetime_hours":24,"rules":[{"stop":"event","event":"plain"}]}""";

    [Fact]
    public async Task Without_a_file_there_are_no_rules()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var answer = await collector.GetAsync(Path);
        Assert.Equal((200, NoRules, "application/json"), (answer.Status, answer.Text, answer.Headers["Content-Type"]));
        Assert.Equal("1", answer.Headers["Tallymark-Collector"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData("v1/settings?tool=unheard-of", "GET", 404, "unknown-tool")]
    [InlineData("v1/settings?tool=../probe", "GET", 404, "unknown-tool")]
    [InlineData("v1/settings", "GET", 404, "unknown-tool")]
    [InlineData("v1/settings?tool=probe&tool=probe", "GET", 404, "unknown-tool")]
    [InlineData(Path, "POST", 405, "method")]
    [InlineData(Path, "PUT", 405, "method")]
    public async Task Other_requests_are_refused(string path, string method, int status, string problem)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var answer = await collector.SendAsync(request);
        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        Assert.Equal("1", answer.Headers["Tallymark-Collector"]);
    }

    [Fact]
    public async Task The_operator_s_file_is_served_from_the_start_and_after_each_change()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("data/settings/probe.json", StopPlain);
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);
        Assert.Equal(StopPlain, (await collector.GetAsync(Path)).Text);
        Assert.Contains("Settings of probe accepted", collector.Log);

        var other = StopPlain.Replace("24", "48", StringComparison.Ordinal);
        Put(folder, other, minute: 1);
        Assert.Equal(other, (await collector.GetAsync(Path)).Text);
        File.Delete(folder["data/settings/probe.json"]);
        Assert.Equal(NoRules, (await collector.GetAsync(Path)).Text);
    }

    [Fact]
    public async Task If_the_file_becomes_invalid_the_previous_settings_stay_and_one_line_is_logged()
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("data/settings/probe.json", StopPlain);
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);
        Put(folder, StopPlain[..20], minute: 1);
        Assert.Equal(StopPlain, (await collector.GetAsync(Path)).Text);
        Assert.Equal(StopPlain, (await collector.GetAsync(Path)).Text);
        Assert.Equal(2, collector.Log.Split(
            "Settings of probe refused; the previous settings stay in effect: it is not JSON").Length);
    }

    [Theory]
    [InlineData("""[]""", "it is not an object")]
    [InlineData("""{"lifetime_hours":1}""", "`tallymark` must be 1")]
    [InlineData("""{"tallymark":2,"lifetime_hours":1}""", "`tallymark` must be 1")]
    [InlineData("""{"tallymark":1}""", "`lifetime_hours` must be a number from 1 to 720")]
    [InlineData("""{"tallymark":1,"lifetime_hours":721}""", "`lifetime_hours` must be a number from 1 to 720")]
    [InlineData("""{"tallymark":1,"lifetime_hours":1,"endpoint":"https://x.example/"}""", "it has the unknown member endpoint")]
    [InlineData("""{"tallymark":1,"lifetime_hours":1,"rules":{}}""", "`rules` must be a list of at most 200 rules")]
    [InlineData("""{"tallymark":1,"lifetime_hours":1,"lifetime_hours":2}""", "it is not JSON")]
    [InlineData("""R:"stop all" """, "rule 1: it is not an object")]
    [InlineData("""R:{"stop":"all"},{"stop":"none"}""", "rule 2: it has neither `stop` (all, event, field) nor `share`")]
    [InlineData("""R:{"stop":"all","share":1}""", "rule 1: it has neither")]
    [InlineData("""R:{"share":1.01}""", "rule 1: `share` must be a number from 0 to 1")]
    [InlineData("""R:{"share":"1"}""", "rule 1: `share` must be a number from 0 to 1")]
    [InlineData("""R:{"stop":"all","until":"2027-01-01"}""", "rule 1: it has the unknown member until")]
    [InlineData("""R:{"stop":"all","event":"plain"}""", "rule 1: it has the unknown member event")]
    [InlineData("""R:{"stop":"event","event":"plane"}""", "no accepted manifest declares the event in `event`")]
    [InlineData("""R:{"stop":"event"}""", "no accepted manifest declares the event in `event`")]
    [InlineData("""R:{"stop":"field","event":"plain"}""", "declares the field in `field` for this event")]
    [InlineData("""R:{"stop":"field","field":"unknown"}""", "no accepted manifest declares the field in `field`")]
    [InlineData("""R:{"stop":"field","event":"plane","field":"installation"}""", "declares the event in `event`")]
    [InlineData(
        """R:{"stop":"all","os":["Linux"]}""",
        "`os` must be a list with values from: linux, windows, macos, freebsd, other")]
    [InlineData("""R:{"stop":"all","versions":[]}""", "`versions` must be a list of 1 to 50 versions")]
    [InlineData("""R:{"stop":"all","versions":["1 2"]}""", "`versions` must be a list of 1 to 50 versions")]
    [InlineData("""R:{"stop":"all","packages":["a b"]}""", "`packages` must be a list of 1 to 50 names of packages")]
    public async Task A_mistake_is_named_and_the_file_is_not_used(string text, string named)
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("data/settings/probe.json", Whole(text));
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);
        Assert.Contains(named, collector.Log);
        Assert.Equal(NoRules, (await collector.GetAsync(Path)).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"stop":"all","versions":["1.4","2.0-rc.1"],"os":["linux","windows","macos","freebsd","other"]}""")]
    [InlineData("""{"stop":"all","packages":["probe-small"]},{"stop":"event","event":"plain","packages":["Probe.Small_2"]}""")]
    [InlineData("""{"share":0},{"share":0.25,"os":["linux"]},{"share":1}""")]
    [InlineData("""{"stop":"field","field":"installation"},{"stop":"field","event":"plain","field":"installation"}""")]
    public async Task Settings_that_the_format_allows_are_served_as_written(string rules)
    {
        using var store = new FakeStore();
        using var folder = new TempFolder();
        folder.Write("data/settings/probe.json", Whole("R:" + rules));
        await using var collector = await InProcessCollector.StartAsync(folder, _ => store);
        Assert.DoesNotContain("refused", collector.Log);
        Assert.Equal(Whole("R:" + rules), (await collector.GetAsync(Path)).Text);
    }

    static string Whole(string text) => text.StartsWith("R:", StringComparison.Ordinal)
        ? $$"""{"tallymark":1,"lifetime_hours":1,"rules":[{{text[2..]}}]}"""
        : text;

    // A distinct time: two writes within one tick of the file system's clock would look like one.
    static void Put(TempFolder folder, string text, int minute)
    {
        folder.Write("data/settings/probe.json", text);
        File.SetLastWriteTimeUtc(folder["data/settings/probe.json"],
            new DateTime(2026, 11, 20, 0, minute, 0, DateTimeKind.Utc));
    }
}
