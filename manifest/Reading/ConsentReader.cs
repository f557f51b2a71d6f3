// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>Reads the section `consent`: the default and the tool's own switches.</summary>
sealed class ConsentReader(DiagnosticBag diagnostics)
{
    public ConsentRules Read(Section manifest)
    {
        var section = Section.Open(
            diagnostics, manifest.Value("consent"), manifest.KeyPosition("consent"), SectionKeys.Consent);
        if (section is null)
            return new ConsentRules { DefaultOn = false, Variables = [] };

        var marker = section.Has("marker")
            ? Section.Open(diagnostics, section.Value("marker"), section.KeyPosition("marker"), SectionKeys.Marker)
            : null;
        var rules = new ConsentRules
        {
            DefaultOn = section.Choice("default", "on", "off") == 0,
            Variables = Variables(section),
            Option = Option(section, "option"),
            ShowOption = Option(section, "show-option"),
            Marker = marker is null ? null : MarkerFile(marker),
            MarkerHow = marker?.Sentence("how"),
        };
        if (rules.Option is not null && rules.Option == rules.ShowOption)
        {
            diagnostics.Add(DiagnosticKind.DuplicateItem, section.Value("show-option")!,
                $"`{rules.Option}` is already the value of `option`, which switches telemetry off. Write a different "
                + "option.");
        }

        if (rules.DefaultOn && rules.Variables.Count == 0 && rules.Option is null && rules.MarkerHow is null)
        {
            diagnostics.Add(DiagnosticKind.NoToolSwitch, section.KeyPosition("default"),
                "Telemetry is on by default, and the tool has no opt-out switch of its own. "
                + "Declare a variable or an option, so that the notice can say how to opt out of this tool alone.");
        }

        return rules;
    }

    List<SwitchVariable> Variables(Section consent)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var variables = new List<SwitchVariable>();
        foreach (var item in consent.Items("variables"))
        {
            if (Section.Open(diagnostics, item, item, SectionKeys.Variable) is not { } section)
                continue;
            var offWhen = section.Choice("off-when", "true", "present") == 1 ? OffWhen.Present : OffWhen.True;
            if (section.Scalar("name") is not { } name)
                continue;
            Check(name);
            if (!seen.Add(name.Text))
                diagnostics.Add(DiagnosticKind.DuplicateItem, name,
                    $"The variable `{name.Shown}` is already in this list. Delete one of the two.");
            variables.Add(new SwitchVariable(name.Text, offWhen));
        }

        return variables;
    }

    void Check(ScalarNode name)
    {
        var text = name.Text;
        if (text.Length > 100 || text[0] is < 'A' or > 'Z' || !Grammar.HasOnly(text, "_")
            || text != text.ToUpperInvariant())
        {
            diagnostics.Add(DiagnosticKind.BadVariable, name,
                $"`{name.Shown}` is not a valid name for an environment variable. Use upper-case letters, digits and "
                + "`_`, starting with a letter, such as `KMPKG_TELEMETRY_OPTOUT`.");
        }
        else if (text is "DO_NOT_TRACK" or "CI" || text.StartsWith("TALLYMARK_", StringComparison.Ordinal))
        {
            diagnostics.Add(DiagnosticKind.ReservedVariable, name,
                $"`{name.Shown}` already has a meaning for every tool. "
                + "Delete it, or use a name that belongs to this tool.");
        }
    }

    string? Option(Section consent, string key)
    {
        if (consent.Scalar(key) is not { } scalar)
            return null;
        var word = scalar.Text.TrimStart('-');
        var dashes = scalar.Text.Length - word.Length;
        if (dashes is not (1 or 2) || word.Length is 0 or > Grammar.MaxNameLength || !Grammar.IsLetter(word[0])
            || !Grammar.HasOnly(word, "-_"))
        {
            diagnostics.Add(DiagnosticKind.BadOption, scalar,
                $"`{scalar.Shown}` is not a valid option. Write it with its dashes, such as `--disable-metrics`.");
        }

        return scalar.Text;
    }

    string? MarkerFile(Section marker)
    {
        if (marker.Scalar("file") is not { } scalar)
            return null;
        if (scalar.Text.Length > Grammar.MaxValueLength || !Grammar.HasOnly(scalar.Text, "._-")
            || scalar.Text.Trim('.').Length == 0)
        {
            diagnostics.Add(DiagnosticKind.BadMarker, scalar,
                $"`{scalar.Shown}` is not a valid name for the marker file. "
                + "Write a file name without a folder, such as `kmpkg.disable-metrics`.");
        }

        return scalar.Text;
    }
}
