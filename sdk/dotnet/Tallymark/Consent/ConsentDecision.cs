// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>The source that decided. The order of the members is the order of precedence.</summary>
enum ConsentSource
{
    // A build without telemetry (docs/adr/0012) precedes all of these: it contains no SDK that could decide.

    /// <summary>The organization's policy file (spec/policy.md), or that it cannot be read.</summary>
    Policy,
    /// <summary>The variable <c>DO_NOT_TRACK</c>.</summary>
    DoNotTrack,
    /// <summary>One of the tool's own variables.</summary>
    Variable,
    /// <summary>The option on this command line.</summary>
    Option,
    /// <summary>The marker file beside the program, or that the SDK cannot check whether it exists.</summary>
    Marker,
    /// <summary>This is an automated build.</summary>
    Ci,
    /// <summary>The user's saved choice (spec/choice.md), or that it cannot be read.</summary>
    Choice,
    /// <summary>No source above applies: the manifest's default.</summary>
    Default,
}

/// <summary>On or off, and the source that decided, with its name and value.</summary>
readonly record struct ConsentDecision(bool On, ConsentSource Source, string? Name = null, string? Value = null)
{
    /// <summary>The source for people, to be put in parentheses after "Telemetry for X is off".</summary>
    internal string Reason => Source switch
    {
        ConsentSource.Policy => Value is null
            ? "policy file " + Name
            : "policy file " + Name + " cannot be used: " + WithoutStop(Value),
        ConsentSource.DoNotTrack or ConsentSource.Variable => "environment variable " + Name + "=" + Value,
        ConsentSource.Option => "option " + Name + " on this command line",
        ConsentSource.Marker => Value is null
            ? "file " + Name + " beside the program"
            : "cannot check for file " + Name + " beside the program: " + WithoutStop(Value),
        ConsentSource.Ci => "automated build: environment variable " + Name + "=" + Value,
        ConsentSource.Choice => Value is null
            ? "your saved choice in " + Name
            : "your saved choice in " + Name + " cannot be used: " + WithoutStop(Value),
        _ => "the default",
    };

    /// <summary>
    /// True for the permanent decisions, which erase unsent data. All other sources only pause recording while they
    /// apply.
    /// </summary>
    internal bool ErasesUnsentData =>
        !On && Value is null && Source is (ConsentSource.Policy or ConsentSource.Choice);

    // Messages of the system end with a full stop; here the sentence continues.
    static string WithoutStop(string message) => message.TrimEnd('.');
}
