// SPDX-License-Identifier: MIT
// What the user saved about one tool (spec/choice.md): on, off, and the fields that are withheld.

using System.Text;

namespace Tallymark.Consent;

/// <summary>One reading of the file. Immutable.</summary>
sealed class Choice
{
    const string FirstLine = "tallymark-choice 1";
    const int LongestFile = 64 * 1024;

    internal static readonly Choice None = new();

    /// <summary>Null: the user said nothing.</summary>
    internal bool? On { get; private init; }

    internal string[] Withheld { get; private init; } = [];

    /// <summary>Another one each time the file is saved: a running process starts afresh when it changes.</summary>
    internal string Saved { get; private init; } = "";

    /// <summary>Why nobody knows what it says, which means off.</summary>
    internal string? SelfLog { get; private init; }

    /// <summary>Where this user's choice lies; null where there is no home.</summary>
    internal static string? Place(string tool, SdkEnvironment surroundings)
    {
        var root = OperatingSystem.IsWindows() ? StateFolder.Absolute(surroundings.Variable("APPDATA"))
            : OperatingSystem.IsMacOS() ? StateFolder.Under(StateFolder.Absolute(surroundings.Variable("HOME")), "Library/Application Support")
            : StateFolder.Absolute(surroundings.Variable("XDG_CONFIG_HOME"))
                ?? StateFolder.Under(StateFolder.Absolute(surroundings.Variable("HOME")), ".config");
        return root is null ? null : Path.Combine(Path.Combine(Path.Combine(root, "tallymark"), tool), "choice");
    }

    /// <summary>What the file says now: <paramref name="before"/>, unless it has changed. Null: there is no home for one.</summary>
    internal static Choice Read(WatchedFile? file, Choice before)
    {
        try
        {
            if (file is null || !file.HasChanged())
                return before;
            return file.Read(LongestFile) is { } text ? Parse(text) : None;
        }
        catch (Exception e)
        {
            // Whatever it is: who may have said no is not recorded.
            return new Choice { SelfLog = e.Message };
        }
    }

    /// <summary>What a text says. Pure.</summary>
    internal static Choice Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != FirstLine || lines[^1].Length > 0)
            return new Choice { SelfLog = "it is not a whole file of that kind" };
        bool? on = null;
        var saved = "";
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
                    saved = value;
                    break;
                case "withhold":
                    withheld.Add(value);
                    break;
                case "date":
                    break;
                default:
                    return new Choice { SelfLog = "line " + (i + 1) + " is not known" };
            }
        }

        return new Choice { On = on, Withheld = [.. withheld], Saved = saved };
    }

    /// <summary>Puts a new choice in the place of the old one.</summary>
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
