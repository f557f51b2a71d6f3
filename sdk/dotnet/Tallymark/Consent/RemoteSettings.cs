// SPDX-License-Identifier: MIT
// What the collector asks to leave out (spec/settings.md): the file that the uploader keeps, and what of it holds here.

using System.Globalization;
using System.Text;

namespace Tallymark.Consent;

/// <summary>
/// One reading of the file, for this version of the tool on this system. Everything in it can only take away; without a
/// file, or with one that can't be understood, nothing is taken away, and nothing may be sent. Immutable.
/// </summary>
sealed class RemoteSettings
{
    internal const string FirstLine = "tallymark-settings 1";

    /// <summary>A share is counted in millionths.</summary>
    internal const int WholeShare = 1_000_000;

    const int LongestFile = 128 * 1024;
    const int HeadLines = 5;

    internal static readonly RemoteSettings None = new();

    /// <summary>Settings less old than this are not asked for again.</summary>
    static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    readonly List<string> _events = [];

    /// <summary>Event, or <c>*</c>, and field, with a blank between.</summary>
    readonly List<string> _fields = [];

    /// <summary>When they were received; null: there are none.</summary>
    internal DateTime? Fetched { get; private init; }

    /// <summary>Until when events may be sent under them.</summary>
    internal DateTime Until { get; private init; }

    /// <summary>How much in the answer was not known here.</summary>
    internal int Ignored { get; private init; }

    internal bool StopsAll { get; private set; }

    /// <summary>How many of a million installations record.</summary>
    internal int Share { get; private set; } = WholeShare;

    /// <summary>The rules that hold here, as they stand in the file.</summary>
    internal List<string> Rules { get; } = [];

    /// <summary>True if events may be sent under them at all.</summary>
    internal bool LetSend(DateTime now) => Fetched <= now && now < Until;

    /// <summary>False if they are to be asked for again.</summary>
    internal bool AreFresh(DateTime now) => LetSend(now) && now < Fetched + FreshFor;

    internal bool StopsEvent(string name) => StopsAll || _events.Contains(name);

    internal bool StopsField(string name, string field) =>
        _fields.Count > 0 && (_fields.Contains("* " + field) || _fields.Contains(name + " " + field));

    /// <summary>True if this installation is not in the share; one without a secret is in the whole alone.</summary>
    internal bool Mute(Installation? installation) =>
        Share < WholeShare && (installation is null || !installation.IsInShare(Share));

    /// <summary>Why nothing is recorded and sent, as a sentence's end after "because"; null: something may be.</summary>
    internal string? Reason(Installation? installation)
    {
        if (StopsAll)
            return "the recipient's settings stop all of it for this version and system";
        return Mute(installation)
            ? "the recipient asks a share of " + (Share / 10_000.0).ToString(CultureInfo.InvariantCulture)
                + " % of the installations, and this is not one of them"
            : null;
    }

    /// <summary>
    /// Only what a recording process needs: null where there are no rules, which costs one look at a file. All of that path
    /// is kept in few methods, without those of spans (see LineBuffer): each short run pays for them.
    /// </summary>
    internal static RemoteSettings? ForRecording(StateFolder state, ToolDefinition tool)
    {
        // "tallymark-settings 1", LF, "rules 0", LF. What begins otherwise and is no such file is seen to be none by Read.
        Span<byte> head = stackalloc byte[29];
        return SmallFile.ReadStart(state.Settings, head) < head.Length || (head[27] == '0' && head[28] == '\n') ? null : Read(state, tool);
    }

    /// <summary>Reads the whole file. Never throws.</summary>
    internal static RemoteSettings Read(StateFolder state, ToolDefinition tool)
    {
        try
        {
            var file = new WatchedFile(state.Settings);
            return file.HasChanged() && file.Read(LongestFile) is { } text ? Parse(text, tool.Version, BuiltInFields.Family(), tool.Package) : None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            return CanNotRead(e);
        }
    }

    /// <summary>What a text says to that version on that system, out of that package. Pure.</summary>
    internal static RemoteSettings Parse(string text, string version, string os, string package)
    {
        var lines = text.Split('\n');
        if (lines.Length <= HeadLines || lines[0] != FirstLine || lines[^1].Length > 0
            || Number(lines[1], "rules ") != lines.Length - HeadLines - 1
            || Time(lines[2], "fetched ") is not { } fetched || Time(lines[3], "until ") is not { } until
            || Number(lines[4], "ignored ") is not { } ignored)
            return None;
        var settings = new RemoteSettings { Fetched = fetched, Until = until, Ignored = ignored };
        for (var i = HeadLines; i < lines.Length - 1; i++)
        {
            if (!settings.Take(lines[i], version, os, package))
                return None;
        }

        return settings;
    }

    // False: not a rule.
    bool Take(string line, string version, string os, string package)
    {
        var words = line.Split(' ');
        var length = words.Length;
        var fits = true;
        if (words[length - 1].StartsWith("packages=", StringComparison.Ordinal))
            fits = Array.IndexOf(words[--length][9..].Split(','), package) >= 0;
        if (length > 0 && words[length - 1].StartsWith("os=", StringComparison.Ordinal))
            fits = Array.IndexOf(words[--length][3..].Split(','), os) >= 0 && fits;
        if (length > 0 && words[length - 1].StartsWith("versions=", StringComparison.Ordinal))
            fits = IsOneOf(version, words[--length][9..].Split(',')) && fits;
        switch (words.AsSpan(0, length))
        {
            case ["stop", "all"]:
                StopsAll |= fits;
                break;
            case ["stop", "event", var name]:
                if (fits)
                    _events.Add(name);
                break;
            case ["stop", "field", var name, var field]:
                if (fits)
                    _fields.Add(name + " " + field);
                break;
            case ["share", var share] when Number(share, "") is { } millionths and <= WholeShare:
                if (fits)
                    Share = Math.Min(Share, millionths);
                break;
            default:
                return false;
        }

        if (fits)
            Rules.Add(line);
        return true;
    }

    static bool IsOneOf(string version, string[] versions)
    {
        foreach (var one in versions)
        {
            if (version.StartsWith(one, StringComparison.Ordinal)
                && (version.Length == one.Length || version[one.Length] is '.' or '-' or '+'))
                return true;
        }

        return false;
    }

    static int? Number(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal)
        && int.TryParse(line.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static DateTime? Time(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && line.Length == key.Length + DueFile.TimeLength
        && DueFile.TryTime(Encoding.ASCII.GetBytes(line[key.Length..]), out var time) ? time : null;

    // As if there were none: recorded, not sent, and asked for at the next occasion.
    static RemoteSettings CanNotRead(Exception cause)
    {
        SelfLog.Report("The settings could not be read.", cause);
        return None;
    }
}
