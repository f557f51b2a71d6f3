// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Tallymark.Consent;

/// <summary>
/// The events and fields that the collector asks to leave out (spec/settings.md), as far as it applies to this version
/// of the tool on this system. One reading of the file that the uploader keeps. Rules can only reduce what is recorded.
/// Without a file, or with an invalid one, nothing is left out and nothing may be sent. Immutable.
/// </summary>
sealed class RemoteSettings
{
    internal const string FirstLine = "tallymark-settings 1";

    /// <summary>Millionths: all installations record.</summary>
    internal const int WholeShare = 1_000_000;

    const int MaxFileBytes = 128 * 1024;
    const int HeadLines = 5;

    internal static readonly RemoteSettings None = new();

    /// <summary>The uploader does not request settings again that are younger than this.</summary>
    static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    readonly List<string> _events = [];

    /// <summary>Each is an event, or <c>*</c>, a blank, and a field.</summary>
    readonly List<string> _fields = [];

    /// <summary>When the settings were received; null: there are none.</summary>
    internal DateTime? Fetched { get; private init; }

    /// <summary>Events may be sent under these settings before this time.</summary>
    internal DateTime Until { get; private init; }

    /// <summary>How many entries of the collector's answer this version does not understand.</summary>
    internal int Ignored { get; private init; }

    internal bool StopsAll { get; private set; }

    /// <summary>How many of a million installations record; at most <see cref="WholeShare"/>.</summary>
    internal int Share { get; private set; } = WholeShare;

    /// <summary>The rules that apply here, as written in the file.</summary>
    internal List<string> Rules { get; } = [];

    /// <summary>True if events may be sent at that time.</summary>
    internal bool AllowSending(DateTime now) => Fetched <= now && now < Until;

    /// <summary>False if the uploader has to request them again.</summary>
    internal bool AreFresh(DateTime now) => AllowSending(now) && now < Fetched + FreshFor;

    internal bool StopsEvent(string name) => StopsAll || _events.Contains(name);

    internal bool StopsField(string name, string field) =>
        _fields.Count > 0 && (_fields.Contains("* " + field) || _fields.Contains(name + " " + field));

    /// <summary>
    /// True if this installation is outside the share. One without a secret is only in the whole share.
    /// </summary>
    internal bool Excludes(Installation? installation) =>
        Share < WholeShare && (installation is null || !installation.IsInShare(Share));

    /// <summary>Why nothing is recorded and sent, as a clause; null: something may be.</summary>
    internal string? Reason(Installation? installation)
    {
        if (StopsAll)
            return "the collector's settings stop all telemetry for this version and system";
        return Excludes(installation)
            ? "the collector asks for only " + (Share / 10_000.0).ToString(CultureInfo.InvariantCulture)
                + " % of installations, and this is not one of them"
            : null;
    }

    /// <summary>
    /// For a recording process: null if there are no rules, which costs one read of the file's start. This path uses
    /// few methods, and none of those of spans (see LineBuffer): each short run pays for compiling them.
    /// </summary>
    internal static RemoteSettings? ForRecording(StateFolder state, ToolDefinition tool)
    {
        // "tallymark-settings 1", LF, "rules 0", LF. Read rejects any other file.
        Span<byte> head = stackalloc byte[29];
        var noRules = RawFile.ReadStart(state.Settings, head) < head.Length || (head[27] == '0' && head[28] == '\n');
        return noRules ? null : Read(state, tool);
    }

    /// <summary>Reads the whole file. Never throws.</summary>
    internal static RemoteSettings Read(StateFolder state, ToolDefinition tool)
    {
        try
        {
            var file = new WatchedFile(state.Settings);
            return file.HasChanged() && file.Read(MaxFileBytes) is { } text
                ? Parse(text, tool.Version, BuiltInFields.Family(), tool.Package)
                : None;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            return NotReadable(e);
        }
    }

    /// <summary>Parses the text for that version, operating system and package. Pure.</summary>
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
            if (!settings.TryAdd(lines[i], version, os, package))
                return None;
        }

        return settings;
    }

    // False: the line is not a rule.
    bool TryAdd(string line, string version, string os, string package)
    {
        var words = line.Split(' ');
        var length = words.Length;
        var applies = true;
        if (words[length - 1].StartsWith("packages=", StringComparison.Ordinal))
            applies = Array.IndexOf(words[--length][9..].Split(','), package) >= 0;
        if (length > 0 && words[length - 1].StartsWith("os=", StringComparison.Ordinal))
            applies = Array.IndexOf(words[--length][3..].Split(','), os) >= 0 && applies;
        if (length > 0 && words[length - 1].StartsWith("versions=", StringComparison.Ordinal))
            applies = IsOneOf(version, words[--length][9..].Split(',')) && applies;
        switch (words.AsSpan(0, length))
        {
            case ["stop", "all"]:
                StopsAll |= applies;
                break;
            case ["stop", "event", var name]:
                if (applies)
                    _events.Add(name);
                break;
            case ["stop", "field", var name, var field]:
                if (applies)
                    _fields.Add(name + " " + field);
                break;
            case ["share", var share] when Number(share, "") is { } millionths and <= WholeShare:
                if (applies)
                    Share = Math.Min(Share, millionths);
                break;
            default:
                return false;
        }

        if (applies)
            Rules.Add(line);
        return true;
    }

    static bool IsOneOf(string version, string[] versions)
    {
        foreach (var prefix in versions)
        {
            if (version.StartsWith(prefix, StringComparison.Ordinal)
                && (version.Length == prefix.Length || version[prefix.Length] is '.' or '-' or '+'))
                return true;
        }

        return false;
    }

    static int? Number(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal)
        && int.TryParse(line.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    static DateTime? Time(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && line.Length == key.Length + DueFile.TimeLength
        && DueFile.TryTime(Encoding.ASCII.GetBytes(line[key.Length..]), out var time) ? time : null;

    // As without a file: events are recorded and not sent, and the next upload requests the settings.
    static RemoteSettings NotReadable(Exception cause)
    {
        SelfLog.Report("The collector settings could not be read.", cause);
        return None;
    }
}
