// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// The state of each consent source at one moment; null: it is absent. Fields rather than properties, because each
/// property is one more method for the JIT to compile in a short run.
/// </summary>
struct ConsentSources
{
    internal Policy Policy;

    /// <summary>The path of the policy file, whether it exists or not.</summary>
    internal string? PolicyFile;

    internal string? DoNotTrack;

    /// <summary>Values of the tool's variables, in the manifest's order.</summary>
    internal string?[]? Variables;

    internal bool OptionGiven;

    internal bool MarkerFound;

    /// <summary>Why the SDK cannot check for the marker file; null: it can.</summary>
    internal string? MarkerError;

    /// <summary>The variable that indicates an automated build.</summary>
    internal string? CiName;

    internal string? CiValue;

    internal Choice? Choice;

    /// <summary>Decides by the first source, in order of precedence, that applies. Pure.</summary>
    internal readonly ConsentDecision Decide(ToolDefinition tool)
    {
        if (Policy.Off || Policy.Error is not null)
            return new(false, ConsentSource.Policy, PolicyFile, Policy.Error);
        if (DoNotTrack is not (null or "" or "0" or "false"))
            return new(false, ConsentSource.DoNotTrack, "DO_NOT_TRACK", DoNotTrack);
        for (var i = 0; i < tool.Variables.Length; i++)
        {
            var value = Variables?[i];
            if (value is not null && (tool.Variables[i].Present || SdkEnvironment.SaysYes(value)))
                return new(false, ConsentSource.Variable, tool.Variables[i].Name, value);
        }

        if (OptionGiven)
            return new(false, ConsentSource.Option, tool.Option);
        if (MarkerFound || MarkerError is not null)
            return new(false, ConsentSource.Marker, tool.Marker, MarkerError);
        if (CiName is not null)
            return new(false, ConsentSource.Ci, CiName, CiValue);
        if (Choice is { } choice && (choice.On is not null || choice.Error is not null))
            return new(choice.On == true && choice.Error is null, ConsentSource.Choice, choice.Path, choice.Error);
        return new(tool.DefaultOn, ConsentSource.Default);
    }
}
