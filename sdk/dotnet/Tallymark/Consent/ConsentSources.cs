// SPDX-License-Identifier: MIT
// Who may speak about consent, in which order, and the pure function that decides from what they say.

namespace Tallymark.Consent;

/// <summary>What each source says at one moment; null: it is absent. Fields, since each property is one method more to compile.</summary>
struct ConsentSources
{
    internal Policy Policy;

    /// <summary>Where the policy would be.</summary>
    internal string? PolicyFile;

    internal string? DoNotTrack;

    /// <summary>Values of the tool's variables, in the manifest's order.</summary>
    internal string?[]? Variables;

    internal bool OptionGiven;

    internal bool MarkerFound;

    /// <summary>Why nobody could look for the marker file.</summary>
    internal string? MarkerTrouble;

    /// <summary>The variable that shows an automated build.</summary>
    internal string? CiName;

    internal string? CiValue;

    internal Choice? Choice;

    /// <summary>Where the choice would be.</summary>
    internal string? ChoiceFile;

    /// <summary>The first source that speaks decides. Pure.</summary>
    internal readonly ConsentDecision Decide(ToolDefinition tool)
    {
        if (Policy.Off || Policy.SelfLog is not null)
            return new(false, ConsentSource.Policy, PolicyFile, Policy.SelfLog);
        if (SdkEnvironment.SaysYes(DoNotTrack, words: false))
            return new(false, ConsentSource.DoNotTrack, "DO_NOT_TRACK", DoNotTrack);
        for (var i = 0; i < tool.Variables.Length; i++)
        {
            var value = Variables?[i];
            if (value is not null && (tool.Variables[i].Present || SdkEnvironment.SaysYes(value, words: true)))
                return new(false, ConsentSource.Variable, tool.Variables[i].Name, value);
        }

        if (OptionGiven)
            return new(false, ConsentSource.Option, tool.Option);
        if (MarkerFound || MarkerTrouble is not null)
            return new(false, ConsentSource.Marker, tool.Marker, MarkerTrouble);
        if (CiName is not null)
            return new(false, ConsentSource.Ci, CiName, CiValue);
        if (Choice is { } choice && (choice.On is not null || choice.SelfLog is not null))
            return new(choice.On == true, ConsentSource.Choice, ChoiceFile, choice.SelfLog);
        return new(tool.DefaultOn, ConsentSource.Default);
    }
}
