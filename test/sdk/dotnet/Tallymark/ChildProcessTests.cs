// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>Which settings a child process inherits, and what every verb answers to a program that reads it.</summary>
public sealed class ChildProcessTests
{
    // env -i gives a child no variables, and HOME only if the caller passes it.
    const string Child = "exec env -i HOME=\"$HOME\" PATH=\"$PATH\" DOTNET_ROOT=\"$DOTNET_ROOT\" \"$0\" \"$@\"";
    const string ChildWithoutHome = "exec env -i PATH=\"$PATH\" DOTNET_ROOT=\"$DOTNET_ROOT\" \"$0\" \"$@\"";

    [Fact]
    public async Task A_variable_ends_with_the_environment_but_the_saved_choice_also_applies_in_child_processes()
    {
        using var home = new UserHome().Agreed();
        home["DO_NOT_TRACK"] = "1";
        await Processes.Run(home, "work");
        Assert.Empty(home.Lines());

        // The documented limit: this child does not get the variable.
        await Processes.RunOther(home, "sh", "-c", Child, Processes.Sample, "work");
        Assert.Single(home.Lines());

        await Processes.Run(home, "telemetry", "off");
        await Processes.RunOther(home, "sh", "-c", Child, Processes.Sample, "work");
        Assert.Empty(home.Lines());
        var why = await Processes.RunOther(home, "sh", "-c", Child, Processes.Sample, "telemetry", "why");
        Assert.Equal($"Telemetry for Sample is off (your saved choice in {home.ChoiceFile}).\n", why.Output);
    }

    [Fact]
    public async Task A_child_process_without_a_home_records_nothing()
    {
        using var home = new UserHome().Agreed();
        var ended = await Processes.RunOther(home, "sh", "-c", ChildWithoutHome, Processes.Sample, "work");
        Assert.Equal(new ProcessResult(7, "result\n", ""), ended);
        Assert.Empty(home.Lines());
        var why = await Processes.RunOther(home, "sh", "-c", ChildWithoutHome, Processes.Sample, "telemetry", "why");
        Assert.EndsWith("Nothing is recorded: this user has no home folder.\n", why.Output);
    }

    [Theory]
    [InlineData("SAMPLE_OFF", "", 0)]
    [InlineData("SAMPLE_QUIET", "", 1)]
    [InlineData("DO_NOT_TRACK", "", 1)]
    [InlineData("CI", "", 1)]
    [InlineData("PYTEST_CURRENT_TEST", "", 0)]
    public async Task An_empty_variable_counts_as_present_if_its_rule_requires_no_more(
        string name, string value, int lines)
    {
        using var home = new UserHome().Agreed();
        home[name] = value;
        await Processes.Run(home, "work");
        Assert.Equal(lines, home.Lines().Count);
    }

    [Theory]
    [InlineData(0, "status")]
    [InlineData(0, "why")]
    [InlineData(0, "on")]
    [InlineData(0, "off")]
    [InlineData(0, "share", "items")]
    [InlineData(0, "withhold", "items")]
    [InlineData(1, "show")] // the sample has no descriptions
    [InlineData(0, "preview")]
    [InlineData(0, "log")]
    [InlineData(0, "delete")]
    [InlineData(0, "upload")]
    [InlineData(1, "verify")]
    public async Task With_json_a_verb_answers_one_object_on_standard_output_and_its_exit_code_is_the_same(
        int code, params string[] verb)
    {
        foreach (var order in (string[][])[["telemetry", .. verb, "--json"], ["telemetry", "--json", .. verb]])
        {
            using var home = new UserHome().Agreed();
            using var plain = new UserHome().Agreed();
            var ended = await Processes.Run(home, order);
            Assert.Equal((code, code), (ended.ExitCode, (await Processes.Run(plain, ["telemetry", .. verb])).ExitCode));
            if (verb[0] == "show")
            {
                Assert.Equal("", ended.Output);
                continue;
            }

            using var json = JsonDocument.Parse(ended.Output);
            Assert.Equal("sample-tool", json.RootElement.GetProperty("tool").GetString());
            Assert.True(json.RootElement.EnumerateObject().Count() > 1);
        }
    }
}
