// SPDX-License-Identifier: MIT
// `tallymark check`, `tallymark dictionary` and `tallymark review`.

using System.Text.Json;

namespace Tallymark.Cli.Tests;

public sealed class CheckAndDictionaryTests : IDisposable
{
    readonly Command _tallymark = new();

    public void Dispose() => _tallymark.Dispose();

    [Fact]
    public async Task A_manifest_without_errors_passes_and_an_advice_does_not_change_the_exit_code()
    {
        var ended = await _tallymark.Run("check", Repository.KmpkgManifest);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Matches(@"^\S+telemetry\.yaml\(\d+,1\): info TALLY0098: .*second.*\n$", ended.Output);
        File.WriteAllText(_tallymark["coarse.yaml"], File.ReadAllText(Repository.KmpkgManifest)
            .Replace("\ntime: second\n", "\ntime: day\n", StringComparison.Ordinal));
        Assert.Equal(new ProcessResult(0, "", ""), await _tallymark.Run("check", "coarse.yaml"));
    }

    [Fact]
    public async Task An_error_is_a_line_that_editors_link_to_its_place()
    {
        WriteManifestWithError();
        var ended = await _tallymark.Run("check", "telemetry.yaml", Repository.KmpkgManifest);
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^telemetry\.yaml\(4,10\): error TALLY\d{4}: .+\n\S+: info TALLY0098: .+\n$", ended.Output);
        Assert.Equal("", ended.Errors);
    }

    [Fact]
    public async Task Findings_can_be_written_as_JSON()
    {
        WriteManifestWithError();
        var ended = await _tallymark.Run("check", "telemetry.yaml", "--json");
        Assert.Equal(1, ended.ExitCode);
        var finding = JsonDocument.Parse(ended.Output).RootElement.GetProperty("findings")[0];
        Assert.Equal("telemetry.yaml", finding.GetProperty("path").GetString());
        Assert.Equal(4, finding.GetProperty("line").GetInt32());
        Assert.Equal(10, finding.GetProperty("column").GetInt32());
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.StartsWith("TALLY", finding.GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acknowledged_warning_is_still_a_finding()
    {
        var manifest = Path.Combine(
            Path.GetDirectoryName(Repository.KmpkgManifest)!,
            "../../spec/vectors/manifest/warning-acknowledged-machine.yaml");
        var ended = await _tallymark.Run("check", manifest);
        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"\(21,11\): warning TALLY0091: .+ \(acknowledged\)\n$", ended.Output);
        var json = JsonDocument.Parse((await _tallymark.Run("check", manifest, "--json")).Output);
        var finding = json.RootElement.GetProperty("findings")[0];
        Assert.Equal("warning", finding.GetProperty("severity").GetString());
        Assert.True(finding.GetProperty("acknowledged").GetBoolean());
    }

    [Fact]
    public async Task Against_the_released_manifest_a_changed_one_needs_a_later_version()
    {
        var released = File.ReadAllText(Repository.KmpkgManifest);
        File.WriteAllText(_tallymark["released.yaml"], released);
        File.WriteAllText(_tallymark["same.yaml"], released.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(0, (await _tallymark.Run("check", "same.yaml", "--against", "released.yaml")).ExitCode);

        var changed = released.Replace(
            "\nevents:\n", "\nevents:\n  doctor:\n    why: To test.\n", StringComparison.Ordinal);
        File.WriteAllText(_tallymark["changed.yaml"], changed);
        var ended = await _tallymark.Run("check", "changed.yaml", "--against", "released.yaml");
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(
            @"changed\.yaml\(4,1\): error TALLY2001: .*event `doctor`.*Write `version: 3`.*\n$", ended.Output);

        File.WriteAllText(
            _tallymark["changed.yaml"], changed.Replace("\nversion: 2\n", "\nversion: 3\n", StringComparison.Ordinal));
        Assert.Equal(0, (await _tallymark.Run("check", "changed.yaml", "--against", "released.yaml")).ExitCode);
        Assert.Equal(2, (await _tallymark.Run("check", "changed.yaml", "--against", "absent.yaml")).ExitCode);

        // The collector would refuse it: `diff` and `reload` say the same.
        var retyped = released.Replace("type: duration", "type: count", StringComparison.Ordinal)
            .Replace("\nversion: 2\n", "\nversion: 3\n", StringComparison.Ordinal);
        File.WriteAllText(_tallymark["changed.yaml"], retyped);
        ended = await _tallymark.Run("check", "changed.yaml", "--against", "released.yaml");
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(
            @"changed\.yaml\(\d+,1\): error TALLY2003: .*the field `duration` is `count` here, but `duration` in "
                + @"accepted version 2\.", ended.Output);
        Assert.Contains(
            "the field `duration` is `count` here",
            (await _tallymark.Run("diff", "released.yaml", "changed.yaml")).Errors);
    }

    [Theory]
    [InlineData("check", "absent.yaml")]
    [InlineData("check", "latin.yaml")]
    [InlineData("check")]
    [InlineData("dictionary", "absent.yaml")]
    [InlineData("dictionary")]
    [InlineData("review", "absent.yaml")]
    [InlineData("review")]
    [InlineData("typescript", "absent.yaml")]
    [InlineData("typescript")]
    public async Task An_unreadable_file_or_an_invalid_command_line_has_exit_code_2(params string[] arguments)
    {
        File.WriteAllBytes(_tallymark["latin.yaml"], [(byte)'#', 0xE9, (byte)'\n']);
        var ended = await _tallymark.Run(arguments);
        Assert.Equal(2, ended.ExitCode);
        Assert.NotEqual("", ended.Errors);
    }

    [Fact]
    public async Task The_dictionary_lists_each_field_and_its_reason()
    {
        var markdown = await _tallymark.Run("dictionary", Repository.KmpkgManifest);
        Assert.Equal(0, markdown.ExitCode);
        Assert.Contains("To place mirrors near their users.", markdown.Output);
        var json = await _tallymark.Run("dictionary", Repository.KmpkgManifest, "--json");
        Assert.Equal("kmpkg", JsonDocument.Parse(json.Output).RootElement.GetProperty("tool").GetString());
    }

    [Theory]
    [InlineData("dictionary")]
    [InlineData("review")]
    [InlineData("typescript")]
    public async Task For_a_manifest_with_errors_the_errors_are_printed_instead_of_a_document(string command)
    {
        WriteManifestWithError();
        var ended = await _tallymark.Run(command, "telemetry.yaml");
        Assert.Equal(1, ended.ExitCode);
        Assert.Equal("", ended.Output);
        Assert.StartsWith("telemetry.yaml(4,10): error TALLY", ended.Errors, StringComparison.Ordinal);
    }

    // The error is in line 4, where the version must be a number.
    void WriteManifestWithError()
    {
        var text = File.ReadAllText(Repository.KmpkgManifest);
        Assert.Equal("version: 2", text.Split('\n')[3]);
        var wrong = text.Replace("\nversion: 2\n", "\nversion: one\n", StringComparison.Ordinal);
        File.WriteAllText(_tallymark["telemetry.yaml"], wrong);
    }
}
