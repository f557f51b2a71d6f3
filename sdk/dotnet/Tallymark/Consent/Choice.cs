// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Consent;

/// <summary>
/// The user's saved choice for one tool (spec/choice.md): on, off, and the withheld fields. One reading of the file.
/// Immutable.
/// </summary>
sealed class Choice
{
    const string FirstLine = "tallymark-choice 1";
    const int MaxFileBytes = 64 * 1024;

    internal static readonly Choice None = new();

    /// <summary>Null: the user did not choose.</summary>
    internal bool? On { get; private init; }

    internal string[] Withheld { get; private init; } = [];

    /// <summary>
    /// Different each time the file is saved. A running process starts over under a new id when it changes.
    /// </summary>
    internal string SaveId { get; private init; } = "";

    /// <summary>Why the file cannot be used, which means off; null: it can.</summary>
    internal string? Error { get; private init; }

    /// <summary>The path of this user's choice; null where there is no home folder.</summary>
    internal static string? PathFor(string tool, SdkEnvironment environment)
    {
        var root = OperatingSystem.IsWindows() ? StateFolder.Absolute(environment.Variable("APPDATA"))
            : OperatingSystem.IsMacOS()
                ? StateFolder.Under(StateFolder.Absolute(environment.Variable("HOME")), "Library/Application Support")
            : StateFolder.Absolute(environment.Variable("XDG_CONFIG_HOME"))
                ?? StateFolder.Under(StateFolder.Absolute(environment.Variable("HOME")), ".config");
        return root is null ? null : Path.Combine(Path.Combine(Path.Combine(root, "tallymark"), tool), "choice");
    }

    /// <summary>
    /// Reads the file, or returns <paramref name="before"/> if it has not changed. Never throws.
    /// </summary>
    /// <param name="file">Null: there is no home folder for one.</param>
    /// <param name="before">The previous reading.</param>
    internal static Choice Read(WatchedFile? file, Choice before)
    {
        try
        {
            if (file is null || !file.HasChanged())
                return before;
            return file.Read(MaxFileBytes) is { } text ? Parse(text) : None;
        }
        catch (Exception e)
        {
            // Any exception: a user who may have opted out is not recorded.
            return new Choice { Error = e.Message };
        }
    }

    /// <summary>Parses the file's text. Pure.</summary>
    internal static Choice Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != FirstLine || lines[^1].Length > 0)
            return new Choice { Error = "the file is incomplete or has another format" };
        bool? on = null;
        var saveId = "";
        var withheld = new List<string>();
        for (var i = 1; i < lines.Length - 1; i++)
        {
            var (key, value) = lines[i].Split(' ') is [var first, var second] ? (first, second) : ("", "");
            switch (key)
            {
                case "telemetry" when value is "on" or "off" && on is null:
                    on = value == "on";
                    break;
                case "saved":
                    saveId = value;
                    break;
                case "withhold":
                    withheld.Add(value);
                    break;
                case "date":
                    break;
                default:
                    return new Choice { Error = "line " + (i + 1) + " is not valid" };
            }
        }

        return new Choice { On = on, Withheld = [.. withheld], SaveId = saveId };
    }

    /// <summary>Replaces the file. The new one has a new <see cref="SaveId"/>.</summary>
    internal static void Save(string path, bool? on, IEnumerable<string> withheld, DateTime now)
    {
        var date = new LineBuffer(40);
        Values.Time(date, now, TimePrecision.Second);
        var text = new StringBuilder(FirstLine + "\nsaved ").Append(StateFolder.RandomName())
            .Append("\ndate ").Append(Encoding.ASCII.GetString(date.Written)).Append('\n');
        if (on is not null)
            text.Append("telemetry ").Append(on.Value ? "on\n" : "off\n");
        foreach (var field in withheld)
            text.Append("withhold ").Append(field).Append('\n');
        StateFolder.Replace(path, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
