// SPDX-License-Identifier: MIT
namespace Tallymark.Consent;

/// <summary>
/// All places of the user's saved choice (spec/choice.md), so that neither another XDG folder nor a removed folder
/// loses a refusal: the folder of choices, the state folder, and both where they are without XDG variables. Not
/// thread-safe. Cost of a check without changes: one system call for each place, two for most users.
/// </summary>
sealed class ChoiceFiles
{
    const string FileName = "choice";

    readonly string[] _paths;
    readonly WatchedFile[] _files;
    readonly Choice[] _read;
    Choice _joined = Choice.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ChoiceFiles(string[] paths)
    {
        _paths = paths;
        _files = new WatchedFile[paths.Length];
        _read = new Choice[paths.Length];
        for (var i = 0; i < paths.Length; i++)
            (_files[i], _read[i]) = (new WatchedFile(paths[i]), Choice.None);
    }

    /// <summary>The places of this user; none where there is no home folder.</summary>
    internal static ChoiceFiles Of(string tool, SdkEnvironment environment)
    {
        if (HomeFolders.AreMoved(environment))
            return OfAll(tool, environment);
        var (config, state) = (HomeFolders.Config(environment), HomeFolders.State(environment));
        return new ChoiceFiles(config is null || state is null ? [] : [PathIn(config, tool), PathIn(state, tool)]);
    }

    /// <summary>The first place, which is named to people; null: there is none.</summary>
    internal string? First => _paths.Length == 0 ? null : _paths[0];

    internal ReadOnlySpan<string> Paths => _paths;

    /// <summary>Reads the places that have changed. The same object as before if none has.</summary>
    internal Choice Read()
    {
        var changed = false;
        for (var i = 0; i < _files.Length; i++)
        {
            var before = _read[i];
            _read[i] = Choice.Read(_files[i], _paths[i], before);
            changed |= !ReferenceEquals(before, _read[i]);
        }

        return changed ? _joined = Join() : _joined;
    }

    /// <summary>
    /// True if the first place has changed since the last reading, or that is not known. A choice is saved in all
    /// places, so this tells of nearly every change.
    /// </summary>
    internal bool HasFirstChanged() => _files.Length > 0 && _files[0].IsStale();

    Choice Join()
    {
        var joined = _read[0];
        for (var i = 1; i < _read.Length; i++)
        {
            if (!ReferenceEquals(_read[i], Choice.None))
                joined = joined.Join(_read[i]);
        }

        return joined;
    }

    // Apart from Of: most users have two places, and a short run compiles no more than it runs.
    static ChoiceFiles OfAll(string tool, SdkEnvironment environment)
    {
        string?[] roots =
        [
            HomeFolders.Config(environment), HomeFolders.State(environment), HomeFolders.DefaultConfig(environment),
            HomeFolders.DefaultState(environment), HomeFolders.RealConfig(environment),
        ];
        var paths = new List<string>();
        foreach (var root in roots)
        {
            if (root is not null && PathIn(root, tool) is var path && !paths.Contains(path))
                paths.Add(path);
        }

        return new ChoiceFiles([.. paths]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static string PathIn(string root, string tool) => Path.Combine(HomeFolders.OfTool(root, tool), FileName);
}
