// SPDX-License-Identifier: MIT
// Every way that a manifest offers to switch telemetry off, in the words of the notice and of the dictionary.

namespace Tallymark.Manifests.Documents;

static class OptOut
{
    /// <summary>
    /// The ways as ends of the sentence "You can opt out by ...": the lasting one first, then the one of a single run,
    /// then the variables, last the one that holds for every tool.
    /// </summary>
    public static IEnumerable<string> WaysOf(ToolManifest manifest)
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
