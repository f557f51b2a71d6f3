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

    /// <summary>The path of the file; of several that were joined, of the one that decides.</summary>
    internal string Path { get; private init; } = "";

    /// <summary>
    /// Reads the file, or returns <paramref name="before"/> if it has not changed. Never throws.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path.</param>
    /// <param name="before">The previous reading.</param>
    internal static Choice Read(WatchedFile file, string path, Choice before)
    {
        try
        {
            if (!file.HasChanged())
                return before;
            return file.Read(MaxFileBytes) is { } text ? Parse(text, path) : None;
        }
        catch (Exception e)
        {
            // Any exception: a user who may have opted out is not recorded.
            return new Choice { Error = e.Message, Path = path };
        }
    }

    /// <summary>
    /// This choice and that of another place. A refusal in any place counts, and every withheld field; only the first
    /// place can switch telemetry on. Pure.
    /// </summary>
    internal Choice Join(Choice other)
    {
        var sameFields = HasSameFields(other);
        if (SaveId == other.SaveId && On == other.On && Error is null && other.Error is null && sameFields)
            return this;
        var decides = On != false && (other.On == false || (other.Error is not null && Error is null)) ? other : this;
        return new Choice
        {
            On = decides.On,
            Error = decides.On == false ? null : decides.Error,
            Path = decides.Path,
            SaveId = SaveId == other.SaveId ? SaveId : SaveId + " " + other.SaveId,
            Withheld = sameFields ? Withheld : Union(Withheld, other.Withheld),
        };
    }

    bool HasSameFields(Choice other)
    {
        if (Withheld.Length != other.Withheld.Length)
            return false;
        for (var i = 0; i < Withheld.Length; i++)
        {
            if (Withheld[i] != other.Withheld[i])
                return false;
        }

        return true;
    }

    static string[] Union(string[] one, string[] other)
    {
        var fields = new SortedSet<string>(one, StringComparer.Ordinal);
        fields.UnionWith(other);
        return [.. fields];
    }

    /// <summary>Parses the file's text. Pure.</summary>
    internal static Choice Parse(string text, string path = "")
    {
        var lines = text.Split('\n');
        if (lines[0] != FirstLine || lines[^1].Length > 0)
            return new Choice { Error = "the file is incomplete or has another format", Path = path };
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
                    return new Choice { Error = "line " + (i + 1) + " is not valid", Path = path };
            }
        }

        return new Choice { On = on, Withheld = [.. withheld], SaveId = saveId, Path = path };
    }

    /// <summary>The text of a file with another <see cref="SaveId"/> than any before.</summary>
    internal static byte[] Text(bool? on, IEnumerable<string> withheld, DateTime now)
    {
        var date = new LineBuffer(40);
        Values.Time(date, now, TimePrecision.Second);
        var text = new StringBuilder(FirstLine + "\nsaved ").Append(StateFolder.RandomName())
            .Append("\ndate ").Append(Encoding.ASCII.GetString(date.Written)).Append('\n');
        if (on is not null)
            text.Append("telemetry ").Append(on.Value ? "on\n" : "off\n");
        foreach (var field in withheld)
            text.Append("withhold ").Append(field).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
