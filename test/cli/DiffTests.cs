// SPDX-License-Identifier: MIT
// `tallymark diff`.

namespace Tallymark.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    readonly Command _tallymark = new();

    public void Dispose() => _tallymark.Dispose();

    [Fact]
    public async Task A_new_version_is_described_by_its_scope_and_its_effects_on_published_files()
    {
        Write(("version: 2", "version: 3"), ("retention: 400 days", "retention: 500 days"));
        var ended = await _tallymark.Run("diff", Repository.KmpkgManifest, "new.yaml");
        Assert.Equal(
            new ProcessResult(
                0,
                "- retention 400\n+ retention 500\n"
                + "retention: 500 days. Events of version 2 are still removed after 400.\n",
                ""),
            ended);
    }

    [Fact]
    public async Task A_version_that_the_collector_would_refuse_has_exit_code_1()
    {
        Write();
        var ended = await _tallymark.Run("diff", Repository.KmpkgManifest, "new.yaml");
        Assert.Equal(
            (1, "", "new.yaml: `version` is 2, but must be greater than 2. Increment it.\n"),
            (ended.ExitCode, ended.Output, ended.Errors));
        Assert.Equal(2, (await _tallymark.Run("diff", Repository.KmpkgManifest, "absent.yaml")).ExitCode);
    }

    void Write(params (string Old, string New)[] changes)
    {
        var text = File.ReadAllText(Repository.KmpkgManifest);
        foreach (var (old, replacement) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        File.WriteAllText(_tallymark["new.yaml"], text);
    }
}
