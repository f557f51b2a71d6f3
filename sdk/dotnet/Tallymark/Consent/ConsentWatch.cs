// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// The consent sources of one run, with what each said at the last check. Each check reads the variables and looks for
/// changes of the policy, marker and choice files; the result of the CI check is kept, because it does not change
/// within a process. Not thread-safe. Cost of a check without changes: a few system calls (some microseconds), no
/// memory.
/// </summary>
/// <param name="declared">The manifest's own definition.</param>
/// <param name="optionGiven">True if the command line has the option that switches off one run.</param>
/// <param name="environment">The machine.</param>
sealed class ConsentWatch(ToolDefinition declared, bool optionGiven, SdkEnvironment environment)
{
    /// <summary>
    /// In a development build, names a collector on the developers' own machine. In every other build it has no effect:
    /// a variable can come from the project that a tool works on.
    /// </summary>
    internal const string EndpointVariable = "TALLYMARK_ENDPOINT";

    string?[]? _variables;
    ToolDefinition? _tool;
    Redirect? _ofDevelopers;
    WatchedFile? _policyFile;
    Policy _policy;
    bool _policyRead;
    WatchedFile? _marker;
    ChoiceFiles? _choiceFiles;
    Choice? _choice;
    string? _ciName;
    bool _ciChecked;

    /// <summary>The tool, with the recipient of the policy if that names one, as of the last check.</summary>
    internal ToolDefinition Tool => _tool ?? declared;

    /// <summary>
    /// The user's saved choice, as of the last check that got as far as the choice: a new object each time the file
    /// has changed.
    /// </summary>
    internal Choice Choice => _choice ?? Choice.None;

    /// <summary>
    /// Checks the sources in their order, and none after the first that decides, so that a run that is off costs as
    /// little as possible.
    /// </summary>
    /// <param name="closely">
    /// True for the answer to a person. Then a policy file that cannot be read is named before a variable that
    /// switches off. False: a run that a variable switches off does not read the policy.
    /// </param>
    internal ConsentDecision Ask(bool closely = false)
    {
        var sources = ReadVariables();

        // First of all: a run that a variable or the option switches off pays for no more than this check.
        if (!closely && !_policyRead && sources.Decide(declared) is { Source: < ConsentSource.Marker } early
            && !File.Exists(environment.PolicyFile))
            return early;
        ReadPolicy(ref sources);
        var redirect = _policy.Redirect ?? (declared.Development ? ReadEndpoint() : null);
        if (redirect != Tool.Redirect)
        {
            if (redirect is not null && !declared.CanBeRedirected)
                return new(
                    false, ConsentSource.Policy, environment.PolicyFile, "this tool cannot have another recipient");
            _tool = declared.To(redirect);
        }

        var decision = sources.Decide(declared);
        if (decision.Source >= ConsentSource.Marker)
        {
            CheckCiAndMarker(ref sources);
            decision = sources.Decide(declared);
        }

        if (decision.Source < ConsentSource.Choice)
            return decision;
        sources.Choice = ReadChoice();
        return sources.Decide(declared);
    }

    /// <summary>Reads the user's choice, whichever source decides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Choice ReadChoice()
    {
        _choiceFiles ??= ChoiceFiles.Of(declared.Tool, environment);
        return _choice = _choiceFiles.Read();
    }

    /// <summary>True if the first choice file has changed since the last check, or that is not known.</summary>
    internal bool ChoiceHasChanged() => _choiceFiles is not null && _choiceFiles.HasFirstChanged();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ConsentSources ReadVariables()
    {
        _variables ??= new string?[declared.Variables.Length];
        for (var i = 0; i < _variables.Length; i++)
            _variables[i] = environment.Variable(declared.Variables[i].Name);
        return new ConsentSources
        {
            DoNotTrack = environment.Variable("DO_NOT_TRACK"),
            Variables = _variables,
            OptionGiven = optionGiven,
        };
    }

    // A separate recipient, as under a policy: so nothing of a released build of the same tool goes there, and the
    // collector at that address can confirm no deletion of another one.
    Redirect? ReadEndpoint()
    {
        var address = environment.Variable(EndpointVariable);
        if (string.IsNullOrEmpty(address) || !Sender.IsOnThisMachine(address) || !declared.CanBeRedirected)
            return null;
        return _ofDevelopers?.Address == address
            ? _ofDevelopers
            : _ofDevelopers = new Redirect(address, declared.Recipient, IsOfDevelopers: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ReadPolicy(ref ConsentSources sources)
    {
        _policyRead = true;
        _policyFile ??= new WatchedFile(environment.PolicyFile, ofAnyone: true);
        sources.Policy = _policy = Policy.Read(_policyFile, declared.Tool, _policy);
        sources.PolicyFile = environment.PolicyFile;
    }

    void CheckCiAndMarker(ref ConsentSources sources)
    {
        if (!_ciChecked)
        {
            _ciName = CiTable.Find(environment);
            _ciChecked = true;
        }

        sources.CiName = _ciName;
        sources.CiValue = _ciName is null ? null : environment.Variable(_ciName);
        if (declared.Marker is null)
            return;
        try
        {
            _marker ??= new WatchedFile(Path.Combine(environment.ProgramFolder, declared.Marker));
            sources.MarkerFound = _marker.Exists();
        }
        catch (Exception e)
        {
            // Any exception: a user who may have opted out is not recorded.
            sources.MarkerError = e.Message;
        }
    }
}
