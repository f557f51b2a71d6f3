// SPDX-License-Identifier: MIT
// What was decided about consent, by whom, and how that is said to people.

namespace Tallymark.Consent;

/// <summary>Who decided. The order of the members is the order of precedence.</summary>
enum ConsentSource
{
    // The build stands above all: a tool that was built without telemetry has nothing here that could be asked.

    /// <summary>The organisation's policy file (spec/policy.md), or that nobody could read it.</summary>
    Policy,
    /// <summary>The variable <c>DO_NOT_TRACK</c>.</summary>
    DoNotTrack,
    /// <summary>One of the tool's own variables.</summary>
    Variable,
    /// <summary>The option on this command line.</summary>
    Option,
    /// <summary>The marker file beside the program, or that nobody could look whether it is there.</summary>
    Marker,
    /// <summary>This is an automated build.</summary>
    Ci,
    /// <summary>What the user saved (spec/choice.md), or that nobody could read it.</summary>
    Choice,
    /// <summary>Nobody spoke: the manifest's default.</summary>
    Default,
}

/// <summary>On or off, who decided, and by which name and value.</summary>
readonly record struct ConsentDecision(bool On, ConsentSource Source, string? Name = null, string? Value = null)
{
    /// <summary>The reason, as the end of "because of …".</summary>
    internal string Reason => Source switch
    {
        ConsentSource.Policy => Value is null
            ? "the policy file " + Name
            : "the policy file " + Name + ", which could not be understood: " + Sentence(Value),
        ConsentSource.DoNotTrack or ConsentSource.Variable => "the environment variable " + Name + "=" + Value,
        ConsentSource.Option => "the option " + Name + " on this command line",
        ConsentSource.Marker => Value is null
            ? "the file " + Name + " beside the program"
            : "the file " + Name + ", which could not be looked for: " + Sentence(Value),
        ConsentSource.Ci => "an automated build: the environment variable " + Name + "=" + Value,
        ConsentSource.Choice => Value is null
            ? "what you saved in " + Name
            : "the saved choice " + Name + ", which could not be understood: " + Sentence(Value),
        _ => On ? "the tool's default, which is on" : "the tool's default, which is off",
    };

    // The system's own messages end with a full stop; here the sentence goes on.
    static string Sentence(string trouble) => trouble.TrimEnd('.');

    /// <summary>True where somebody said for good that nothing is wanted; all else only mutes while it is there.</summary>
    internal bool Wipes => !On && Value is null && Source is (ConsentSource.Policy or ConsentSource.Choice);
}
