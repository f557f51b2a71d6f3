// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// Where the folders of this user's choices and state are (spec/spool.md, spec/choice.md): as the variables say, and as
/// the home has them without these variables. Null where there is no home, also if a variable names a folder: without
/// the home the SDK could not find a refusal that was saved there. Cost: one system call for a home.
/// </summary>
static class HomeFolders
{
    const string MacFolder = "Library/Application Support";
    const string ConfigFolder = ".config";
    const string StatePath = ".local/state";

    /// <summary>False if the folders of <see cref="Config"/> and <see cref="State"/> are all that there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreMoved(SdkEnvironment environment) => !OperatingSystem.IsLinux()
        || environment.Variable("XDG_CONFIG_HOME") is not null || environment.Variable("XDG_STATE_HOME") is not null
        || environment.Variable("SNAP_REAL_HOME") is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static string? Config(SdkEnvironment environment) => OperatingSystem.IsWindows()
        ? Absolute(environment.Variable("APPDATA"))
        : Under(environment.Home, "XDG_CONFIG_HOME", ConfigFolder, environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static string? State(SdkEnvironment environment) => OperatingSystem.IsWindows()
        ? Absolute(environment.Variable("LOCALAPPDATA"))
        : Under(environment.Home, "XDG_STATE_HOME", StatePath, environment);

    /// <summary>The folder of choices that no XDG variable moves; on macOS a second one.</summary>
    internal static string? DefaultConfig(SdkEnvironment environment) => OperatingSystem.IsWindows()
        ? Under(Absolute(environment.Variable("USERPROFILE")), "AppData\\Roaming")
        : Under(environment.Home, ConfigFolder);

    /// <summary>The folder of state that no XDG variable moves.</summary>
    internal static string? DefaultState(SdkEnvironment environment)
    {
        if (OperatingSystem.IsWindows())
            return Under(Absolute(environment.Variable("USERPROFILE")), "AppData\\Local");
        return Under(environment.Home, OperatingSystem.IsMacOS() ? MacFolder : StatePath);
    }

    /// <summary>The home's folder of choices for a program in a snap, which has another HOME.</summary>
    internal static string? RealConfig(SdkEnvironment environment) =>
        Absolute(environment.Variable("SNAP_REAL_HOME")) is { } home ? Path.Combine(home, ConfigFolder) : null;

    /// <summary>A tool's folder below one of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static string OfTool(string root, string folder) =>
        // Path.Combine with two arguments, twice: the overloads for three and four use other methods, which a short run
        // would have to prepare too.
        Path.Combine(Path.Combine(root, "tallymark"), folder);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static string? Absolute(string? path) =>
        string.IsNullOrEmpty(path) || !Path.IsPathFullyQualified(path) ? null : path;

    static string? Under(string? home, string folder) => home is null ? null : Path.Combine(home, folder);

    static string? Under(string? home, string variable, string folder, SdkEnvironment environment)
    {
        if (home is null || OperatingSystem.IsMacOS())
            return Under(home, MacFolder);
        return Absolute(environment.Variable(variable)) ?? Path.Combine(home, folder);
    }
}
