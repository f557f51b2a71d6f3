// SPDX-License-Identifier: MIT
// Looks at what may speak about consent, again for each event, at the cost of a few system calls where nothing has changed.

namespace Tallymark.Consent;

/// <summary>
/// What the sources said last, kept for one run. Variables, policy, marker and choice are looked at each time, which costs some
/// microseconds and no memory; whether this is an automated build is a trait of the process and looked at once. Not thread safe.
/// </summary>
/// <param name="declared">The manifest's own definition.</param>
/// <param name="optionGiven">The option that switches one run off stood on the command line.</param>
/// <param name="surroundings">The machine.</param>
sealed class ConsentWatch(ToolDefinition declared, bool optionGiven, SdkEnvironment surroundings)
{
    string?[]? _variables;
    ToolDefinition? _tool;
    WatchedFile? _policyFile;
    Policy _policy;
    bool _lookedForPolicy;
    WatchedFile? _marker;
    WatchedFile? _choiceFile;
    string? _choicePlace;
    Choice? _choice;
    string? _ciName;
    bool _lookedForCi;

    /// <summary>The tool, with the recipient of the policy where that names one, as of the last asking.</summary>
    internal ToolDefinition Tool => _tool ?? declared;

    /// <summary>
    /// What the user saved, as of the last asking that came so far: another object whenever the file is another.
    /// </summary>
    internal Choice Choice => _choice ?? Choice.None;

    /// <summary>
    /// Asks now. Sources are looked at in their order, and no further than the first that speaks, so that who is off
    /// pays for no more: not even for the name of the one that speaks, unless it is asked for <paramref name="closely"/>. Then
    /// a policy that nobody can read is named before a variable that says no as well.
    /// </summary>
    internal ConsentDecision Ask(bool closely = false)
    {
        var sources = Listen();

        // Before anything else is made ready: who is off by a word pays for no more than this look.
        if (!closely && !_lookedForPolicy && sources.Decide(declared) is { Source: < ConsentSource.Marker } word && !File.Exists(surroundings.PolicyFile))
            return word;
        LookForPolicy(ref sources);
        var redirect = _policy.Redirect;
        if (redirect != Tool.Redirect)
        {
            if (redirect is not null && !declared.CanBeRedirected)
                return new(false, ConsentSource.Policy, surroundings.PolicyFile, "this tool can't have another recipient");
            _tool = declared.To(redirect);
        }

        var decision = sources.Decide(declared);
        if (decision.Source >= ConsentSource.Marker)
        {
            LookAround(ref sources);
            decision = sources.Decide(declared);
        }

        if (decision.Source < ConsentSource.Choice)
            return decision;
        sources.Choice = ReadChoice();
        sources.ChoiceFile = _choicePlace;
        return sources.Decide(declared);
    }

    /// <summary>What the user saved, as it is now, whoever decides.</summary>
    internal Choice ReadChoice()
    {
        _choicePlace ??= Choice.Place(declared.Tool, surroundings);
        if (_choiceFile is null && _choicePlace is not null)
            _choiceFile = new WatchedFile(_choicePlace);
        return _choice = Choice.Read(_choiceFile, Choice);
    }

    /// <summary>True if the file of the user's choice is another than at the last asking, or that can't be known.</summary>
    internal bool ChoiceIsAnother() => _choiceFile is not null && _choiceFile.IsAnother();

    ConsentSources Listen()
    {
        _variables ??= new string?[declared.Variables.Length];
        for (var i = 0; i < _variables.Length; i++)
            _variables[i] = surroundings.Variable(declared.Variables[i].Name);
        return new ConsentSources
        {
            DoNotTrack = surroundings.Variable("DO_NOT_TRACK"),
            Variables = _variables,
            OptionGiven = optionGiven,
        };
    }

    void LookForPolicy(ref ConsentSources sources)
    {
        _lookedForPolicy = true;
        _policyFile ??= new WatchedFile(surroundings.PolicyFile);
        sources.Policy = _policy = Policy.Read(_policyFile, declared.Tool, _policy);
        sources.PolicyFile = surroundings.PolicyFile;
    }

    void LookAround(ref ConsentSources sources)
    {
        if (!_lookedForCi)
        {
            _ciName = CiTable.Find(surroundings);
            _lookedForCi = true;
        }

        sources.CiName = _ciName;
        sources.CiValue = _ciName is null ? null : surroundings.Variable(_ciName);
        if (declared.Marker is null)
            return;
        try
        {
            _marker ??= new WatchedFile(Path.Combine(surroundings.ProgramFolder, declared.Marker));
            sources.MarkerFound = _marker.Exists();
        }
        catch (Exception e)
        {
            // Whatever it is: who may have said no is not recorded.
            sources.MarkerTrouble = e.Message;
        }
    }
}
