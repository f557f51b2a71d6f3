// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Emit;

/// <summary>
/// Converts a diagnostic to the compiler's type, which prints it as <c>telemetry.yaml(12,7): error TALLY0004: ...</c>
/// </summary>
static class RoslynDiagnostic
{
    public static Diagnostic Create(DiagnosticModel model)
    {
        // One descriptor per diagnostic: ids and messages come from the manifest reader. An error can't be configured
        // away, since the generator writes no API then.
        var descriptor = new DiagnosticDescriptor(
            model.Id,
            "Telemetry manifest",
            "{0}",
            "Tallymark",
            model.IsError ? DiagnosticSeverity.Error
                : model.IsAcknowledged ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            isEnabledByDefault: true,
            customTags: model.IsError ? [WellKnownDiagnosticTags.NotConfigurable] : []);
        if (model.Path.Length == 0)
            return Diagnostic.Create(descriptor, Location.None, model.Message);
        var position = new LinePosition(Math.Max(0, model.Line - 1), Math.Max(0, model.Column - 1));
        var location = Location.Create(model.Path, default, new LinePositionSpan(position, position));
        return Diagnostic.Create(descriptor, location, model.Message);
    }
}
