// SPDX-License-Identifier: MIT
// `tallymark check`, `tallymark dictionary` and `tallymark review`.

using System.Text.Json;

namespace Tallymark.Cli.Tests;

public sealed class CheckAndDictionaryTests : IDisposable
{
    readonly Command _tallymark = new();

    public void Dispose() => _tallymark.Dispose();

    [Fact]
    public async Task A_manifest_without_errors_passes_without_output()
    {
        var ended = await _tallymark.Run("check", Repository.KmpkgManifest);
        Assert.Equal(new ProcessResult(0, "", ""), ended);
    }

    [Fact]
    public async Task An_error_is_a_line_that_editors_link_to_its_place()
    {
        WriteManifestWithError();
        var ended = await _tallymark.Run("check", "telemetry.yaml", Repository.KmpkgManifest);
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^telemetry\.yaml\(4,10\): error TALLY\d{4}: .+\n$", ended.Output);
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
        Assert.Matches(@"\(20,11\): warning TALLY0091: .+ \(acknowledged\)\n$", ended.Output);
        var json = JsonDocument.Parse((await _tallymark.Run("check", manifest, "--json")).Output);
        var finding = json.RootElement.GetProperty("findings")[0];
        Assert.Equal("warning", finding.GetProperty("severity").GetString());
        Assert.True(finding.GetProperty("acknowledged").GetBoolean());
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
