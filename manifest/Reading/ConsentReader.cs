// SPDX-License-Identifier: MIT
// The section `consent`: the default and the tool's own switches.

namespace Tallymark.Manifests.Reading;

sealed class ConsentReader(Findings findings)
{
    public ConsentRules Read(Section manifest)
    {
        var section = Section.Open(findings, manifest.Value("consent"), manifest.KeyPlace("consent"), Keys.Consent);
        if (section is null)
            return new ConsentRules { DefaultOn = false, Variables = [] };

        var marker = section.Has("marker")
            ? Section.Open(findings, section.Value("marker"), section.KeyPlace("marker"), Keys.Marker) : null;
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
            findings.Add(Rule.Twice, section.Value("show-option")!,
                $"`{rules.Option}` is already the option that switches off. Write another one.");
        }

        if (rules.DefaultOn && rules.Variables.Count == 0 && rules.Option is null && rules.MarkerHow is null)
        {
            findings.Add(Rule.NoOwnSwitch, section.KeyPlace("default"),
                "It is on by default and has no switch of its own. "
                + "Name a variable or an option, so that the notice can say how to opt out of this tool alone.");
        }

        return rules;
    }

    List<SwitchVariable> Variables(Section consent)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var variables = new List<SwitchVariable>();
        foreach (var item in consent.Items("variables"))
        {
            if (Section.Open(findings, item, item, Keys.Variable) is not { } section)
                continue;
            var offWhen = section.Choice("off-when", "true", "present") == 1 ? OffWhen.Present : OffWhen.True;
            if (section.Scalar("name") is not { } name)
                continue;
            Check(name);
            if (!seen.Add(name.Text))
                findings.Add(Rule.Twice, name, $"The variable `{name.Shown}` is already in this list. Delete it here.");
            variables.Add(new SwitchVariable(name.Text, offWhen));
        }

        return variables;
    }

    void Check(ScalarNode name)
    {
        var text = name.Text;
        if (text.Length > 100 || text[0] is < 'A' or > 'Z' || !Words.IsAll(text, "_")
            || text != text.ToUpperInvariant())
        {
            findings.Add(Rule.BadVariable, name,
                $"`{name.Shown}` can't be a variable's name here. "
                + "Write capitals, digits and `_`, such as `KMPKG_TELEMETRY_OPTOUT`.");
        }
        else if (text is "DO_NOT_TRACK" or "CI" || text.StartsWith("TALLYMARK_", StringComparison.Ordinal))
        {
            findings.Add(Rule.ReservedVariable, name,
                $"`{name.Shown}` already has a meaning for every tool. "
                + "Delete it here, or name a variable of the tool's own.");
        }
    }

    string? Option(Section consent, string key)
    {
        if (consent.Scalar(key) is not { } scalar)
            return null;
        var word = scalar.Text.TrimStart('-');
        var dashes = scalar.Text.Length - word.Length;
        if (dashes is not (1 or 2) || word.Length is 0 or > Words.MaxName || !Words.IsLetter(word[0])
            || !Words.IsAll(word, "-_"))
        {
            findings.Add(Rule.BadOption, scalar,
                $"`{scalar.Shown}` can't be an option. Write it with its dashes, such as `--disable-metrics`.");
        }

        return scalar.Text;
    }

    string? MarkerFile(Section marker)
    {
        if (marker.Scalar("file") is not { } scalar)
            return null;
        if (scalar.Text.Length > Words.MaxValue || !Words.IsAll(scalar.Text, "._-")
            || scalar.Text.Trim('.').Length == 0)
        {
            findings.Add(Rule.BadMarker, scalar,
                $"`{scalar.Shown}` can't be the marker's name. "
                + "Write a plain file name without a folder, such as `kmpkg.disable-metrics`.");
        }

        return scalar.Text;
    }
}
