// SPDX-License-Identifier: MIT
// A finding as the compiler prints it: telemetry.yaml(12,7): error TALLY0004: ...

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Tallymark.Generator.Model;

namespace Tallymark.Generator.Emit;

static class FindingDiagnostic
{
    public static Diagnostic Of(Finding finding)
    {
        // One descriptor a finding: ids and messages come from the manifest reader. An error can't be configured away,
        // since there is no API then.
        var descriptor = new DiagnosticDescriptor(
            finding.Id,
            "Telemetry manifest",
            "{0}",
            "Tallymark",
            finding.Error ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            isEnabledByDefault: true,
            customTags: finding.Error ? [WellKnownDiagnosticTags.NotConfigurable] : []);
        if (finding.Path.Length == 0)
            return Diagnostic.Create(descriptor, Location.None, finding.Message);
        var place = new LinePosition(Math.Max(0, finding.Line - 1), Math.Max(0, finding.Column - 1));
        var location = Location.Create(finding.Path, default, new LinePositionSpan(place, place));
        return Diagnostic.Create(descriptor, location, finding.Message);
    }
}
