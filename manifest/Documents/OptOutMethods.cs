// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Documents;

/// <summary>
/// Lists every method that a manifest offers to switch telemetry off, as the notice and the dictionary name it.
/// </summary>
static class OptOutMethods
{
    /// <summary>
    /// The methods as ends of the sentence "You can opt out by ...": the permanent one first, then the one for a single
    /// run, then the variables, and last the one that works for every tool.
    /// </summary>
    public static IEnumerable<string> Of(ToolManifest manifest)
    {
        var consent = manifest.Consent;
        if (consent.MarkerHow is not null)
            yield return consent.MarkerHow.TrimEnd('.');
        if (consent.Option is not null)
            yield return $"passing {consent.Option} to {manifest.Tool} on the command line";
        foreach (var variable in consent.Variables)
        {
            yield return variable.OffWhen == OffWhen.Present
                ? $"setting the environment variable {variable.Name}"
                : $"setting the environment variable {variable.Name}=1";
        }

        yield return "setting DO_NOT_TRACK=1";
    }
}
