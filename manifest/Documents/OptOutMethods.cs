// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Documents;

/// <summary>
/// Lists every method that a manifest offers to switch telemetry off, as the notice and the dictionary name it.
/// </summary>
static class OptOutMethods
{
    /// <summary>
    /// The methods as ends of the sentence "You can opt out by ...": the command first, unless the manifest is only a
    /// library's, which has none of its own; then <see cref="Muting"/>.
    /// </summary>
    public static IEnumerable<string> Of(ToolManifest manifest) =>
        manifest.Notice.IsOnlyOn(NoticeChannel.Documentation)
            ? Muting(manifest) : [$"running `{manifest.Command} telemetry off`", .. Muting(manifest)];

    /// <summary>
    /// The methods that apply while they are there: the marker first, then the option for a single run, then the
    /// variables, and last the one that works for every tool.
    /// </summary>
    public static IEnumerable<string> Muting(ToolManifest manifest)
    {
        var consent = manifest.Consent;
        if (consent.MarkerHow is not null)
            yield return consent.MarkerHow.TrimEnd('.');
        if (consent.Option is not null)
            yield return $"passing {consent.Option} to {manifest.Command} on the command line";
        foreach (var variable in consent.Variables)
        {
            yield return variable.OffWhen == OffWhen.Present
                ? $"setting the environment variable {variable.Name}"
                : $"setting the environment variable {variable.Name}=1";
        }

        yield return "setting DO_NOT_TRACK=1";
    }
}
