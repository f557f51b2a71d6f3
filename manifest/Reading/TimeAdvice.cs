// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Recommends a coarser <c>time</c>. A published dataset counts whole days; finer times only make raw events easier to
/// link with other records of the same moment. A manifest without datasets says nothing about what its times are for.
/// </summary>
static class TimeAdvice
{
    public static void Check(DiagnosticBag diagnostics, ToolManifest manifest, YamlNode position)
    {
        if (manifest.Datasets.Count == 0 || manifest.Time == TimePrecision.Day)
            return;
        diagnostics.Add(DiagnosticKind.FineTime, position,
            $"Events carry their time to the {manifest.Time.ToString().ToLowerInvariant()}, but the datasets count "
            + "days. Write `time: day`, or `time: hour`, unless you need the finer time for something else.");
    }
}
