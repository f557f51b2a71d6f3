// SPDX-License-Identifier: MIT
// The ML.NET CLI document's claims about what is recorded and when, with the sample mlnet. MlnetValueClaims has those
// about single values, MlnetCollectorClaims those about the recipient.

using System.Globalization;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class MlnetClaims
{
    [Fact]
    [Claim("MLNET-01")]
    public async Task The_bare_tool_and_its_help_collect_nothing_and_a_command_does()
    {
        using var home = new MlnetHome();

        // They do not even show the notice, so they are no first run.
        string[][] idle = [.. MlnetDocument.Texts("scope", "not_collected").Select(Arguments),
            ["--version"], ["classification", "--help"], ["classification"], ["clustering", "--dataset", "empty.csv"],
            ["telemetry", "why"]];
        Assert.Contains(idle, arguments => arguments.Length == 0);
        foreach (var arguments in idle)
        {
            var shown = await home.RunInTerminal(arguments);
            Assert.DoesNotContain("Telemetry\r\n---------", shown.Output, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(home.State));
        await home.SeeNotice();
        foreach (var arguments in idle)
            await home.Run(arguments);
        Assert.Empty(home.Lines("spool"));
        Assert.False(File.Exists(Path.Combine(home.State, "installation")));

        foreach (var command in MlnetDocument.Texts("scope", "collected").Select(Arguments))
        {
            var (_, line) = await home.Record([.. command, "--dataset", "empty.csv", "--label-col", "y"]);
            Assert.Equal(command[0], Field(line, "command").GetString());
        }
    }

    [Fact]
    [Claim("MLNET-02")]
    public async Task It_is_on_by_default_and_the_variable_turns_the_whole_tool_off()
    {
        using var home = new MlnetHome();
        await home.SeeNotice();
        await home.Record("regression", "--dataset", "empty.csv", "--label-col", "y");
        Assert.Equal("on", MlnetDocument.Root.GetProperty("default").GetString());

        var variable = Assert.Single(MlnetDocument.Texts("opt_out", "variables"));
        foreach (var value in MlnetDocument.Texts("opt_out", "values"))
        {
            home.Environment[variable] = value;
            foreach (var command in Commands())
                await home.Run([.. command, "--dataset", "empty.csv"]);
            Assert.Contains(" is off ", (await home.Telemetry("why")).Output, StringComparison.Ordinal);
            Assert.Contains(variable, (await home.Telemetry("why")).Output, StringComparison.Ordinal);
            Assert.Single(home.Lines("spool"));
        }

        // A new user who sets it before the first command sees no notice, and nothing is written to the home.
        using var never = new MlnetHome();
        never.Environment[variable] = "true";
        Assert.DoesNotContain("anonymous usage data",
            (await never.RunInTerminal("regression", "--dataset", "empty.csv", "--label-col", "y")).Output,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(never.State));
    }

    [Fact]
    [Claim("MLNET-03", "MLNET-11")]
    public async Task The_command_and_the_task_are_recorded()
    {
        using var home = new MlnetHome();
        await home.SeeNotice();
        foreach (var task in MlnetDocument.Texts("tasks"))
        {
            string[] columns = task == "recommendation" ? ["--user-col", "user", "--item-col", "film"] : [];
            var label = task == "classification" ? "kind" : task == "regression" ? "b" : "rating";
            var dataset = task == "recommendation" ? "ratings.csv" : "numbers.csv";
            var (ended, line) = await home.Record(
                [task, "--dataset", dataset, "--label-col", label, "--train-time", "1", "--name", task, .. columns]);
            Assert.True(ended.ExitCode == 0, ended.All);
            Assert.Equal("success", line.GetProperty("status").GetString());
            Assert.Equal((task, task), (Field(line, "command").GetString(), Field(line, "task").GetString()));

            // The command and the task are two values: a prediction has the task of its model.
            (ended, line) = await home.Record("predict", "--model", $"{task}.mlnet", "--dataset", dataset);
            Assert.True(ended.ExitCode == 0, ended.All);
            Assert.Equal(("predict", task), (Field(line, "command").GetString(), Field(line, "task").GetString()));
        }

        Assert.Contains(
            MlnetDocument.DataPoint("command invoked").GetProperty("example").GetString(),
            MlnetDocument.Texts("tasks"));
    }

    [Fact]
    [Claim("MLNET-11")]
    public async Task A_task_outside_the_list_is_neither_recorded_nor_stored()
    {
        const string Secret = "umlaufbahnvorhersage";
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.Mlnet.ManifestFile));
        using var home = new MlnetHome(collector.Endpoint);
        await home.SeeNotice();
        Assert.Equal(1, (await home.Run(Secret, "--dataset", "empty.csv", "--label-col", "y")).ExitCode);
        Assert.Empty(home.Lines("spool"));

        // A line that a modified tool wrote: the collector has the list too.
        await home.Record("regression", "--dataset", "empty.csv", "--label-col", "y");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(home.State, "spool"), "*.ndjson"));
        var line = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file, line + line.Replace("\"task\":\"regression\"", $"\"task\":\"{Secret}\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await home.Upload();
        Assert.Equal(0, await collector.Stop());
        var rows = await collector.Events("mlnet");
        Assert.Contains("regression", rows.Select(row => row["task"].GetString()));
        Assert.DoesNotContain(Secret, JsonSerializer.Serialize(rows), StringComparison.Ordinal);
        Assert.Empty(new LeakSearch(Secret).FindBelow(collector.Data));
    }

    [Fact]
    [Claim("MLNET-04")]
    public async Task The_names_of_the_parameters_are_recorded_and_no_value()
    {
        using var home = new MlnetHome(folder: "sternwarte-drosselbart");
        await home.SeeNotice();
        home.Write("mondkalb.csv", MlnetHome.Rows("zwiebel,kuchen,entfernung", i => $"{i},{i % 3},{2 * i}"));
        var (ended, line) = await home.Record(
            "regression", "--dataset", "mondkalb.csv", "--label-col", "entfernung", "--output-path", "geheimprojekt",
            "--train-time", "471147", "--verbosity", "q");
        Assert.True(ended.ExitCode == 0, ended.All);

        // The document lists these names, in this form.
        Assert.Equal(
            MlnetDocument.ValuesOf("command-line parameter names").Order(StringComparer.Ordinal), Texts(line));
        var values = new LeakSearch("mondkalb.csv", "entfernung", "geheimprojekt", "sternwarte-drosselbart", "471147");
        Assert.NotEmpty(values.FindBelow(home.WorkingFolder));
        Assert.Empty(values.FindBelow(home.State));

        // Names alone, also with short forms and with a value in the same word; a default value is no use.
        (_, line) = await home.Record("regression", "-d", "empty.csv", "--label-col=471147", "-v:q");
        Assert.Equal(["dataset", "label-col", "verbosity"], Texts(line));
        (_, line) = await home.Record("predict", "--model", "absent", "--dataset", "empty.csv", "--has-header", "false");
        Assert.Equal(["dataset", "has-header", "model"], Texts(line));
        Assert.Empty(values.FindBelow(home.State));
    }

    [Fact]
    [Claim("MLNET-06")]
    public async Task The_time_of_the_invocation_is_recorded()
    {
        using var home = new MlnetHome();
        await home.SeeNotice();
        var before = DateTime.UtcNow;
        var (_, line) = await home.Record(MlnetHome.Recommendation);
        var time = DateTime.Parse(
            line.GetProperty("time").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.InRange(time, before.AddSeconds(-1), DateTime.UtcNow);
    }

    [Fact]
    [Claim("MLNET-15")]
    public async Task The_first_run_of_a_command_shows_how_to_opt_out_and_records_nothing()
    {
        using var home = new MlnetHome();

        // Where no person can see it, it is not shown, and nothing is recorded.
        Assert.Equal("", (await home.Run(MlnetHome.Recommendation)).Errors);
        Assert.Empty(home.Lines("spool"));

        var shown = await home.SeeNotice();
        Assert.Equal("how to opt out", Assert.Single(MlnetDocument.Texts("notice", "elements")));
        Assert.Contains(
            "You can opt out by running `mlnet telemetry off`, setting the environment variable "
                + $"{MlnetDocument.Texts("opt_out", "variables")[0]}=1",
            shown.Replace("\r", "", StringComparison.Ordinal).Replace('\n', ' '), StringComparison.Ordinal);
        Assert.Contains("mlnet collects anonymous usage data", shown, StringComparison.Ordinal);
        Assert.Contains("This run collects nothing.", shown, StringComparison.Ordinal);
        Assert.Contains("Data that could be personal: machine.", shown, StringComparison.Ordinal);
        Assert.Contains("Report a suspected leak to https://mlnet.example/mlnet/issues", shown,
            StringComparison.Ordinal);

        // From the second run on it is silent and records.
        var again = await home.RunInTerminal(MlnetHome.Recommendation);
        Assert.DoesNotContain("Telemetry", again.Output, StringComparison.Ordinal);
        Assert.Single(home.Lines("spool"));
    }

    [Fact]
    [Claim("DOTNET-17")]
    public async Task The_licence_of_mlnet_has_a_section_on_data_that_says_where_to_read_more()
    {
        using var home = new MlnetHome();
        var notice = await home.SeeNotice();
        var section = MlnetDocument.Root.GetProperty("license").GetProperty("has_section").GetString();
        var beside = Path.GetDirectoryName(home.Tool)!;
        var licence = await File.ReadAllTextAsync(
            Path.Combine(beside, "LICENSE.md"), TestContext.Current.CancellationToken);
        var data = licence.Split($"\n## {section}\n")[1].Split("\n## ")[0];
        Assert.Contains(MlnetDocument.Texts("opt_out", "variables")[0], data, StringComparison.Ordinal);

        // It points to the same page as the notice, which comes with the tool and lists what the tool itself lists.
        const string Page = "docs/telemetry.md";
        Assert.Contains($"({Page})", data, StringComparison.Ordinal);
        Assert.Contains("Read more about mlnet telemetry at", notice, StringComparison.Ordinal);
        Assert.Contains($"https://mlnet.example/mlnet/blob/HEAD/{Page}", notice, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(Path.Combine(beside, Page), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse((await home.Telemetry("show", "--json")).Output);
        foreach (var field in json.RootElement.GetProperty("events")[0].GetProperty("fields").EnumerateArray())
            Assert.Contains($"\n| `{field.GetProperty("name").GetString()}` |", page, StringComparison.Ordinal);
    }

    static IEnumerable<string[]> Commands() =>
    [
        ["classification", "--label-col", "y"], ["regression", "--label-col", "y"],
        ["recommendation", "--label-col", "y", "--user-col", "u", "--item-col", "i"], ["predict", "--model", "m"],
    ];

    // `mlnet classification` without the tool's name.
    static string[] Arguments(string command)
    {
        Assert.StartsWith("mlnet", command, StringComparison.Ordinal);
        return command.Split(' ')[1..];
    }

    static JsonElement Field(JsonElement line, string name) => line.GetProperty("fields").GetProperty(name);

    static IEnumerable<string> Texts(JsonElement line) =>
        Field(line, "parameters").EnumerateArray().Select(name => name.GetString()!);
}
