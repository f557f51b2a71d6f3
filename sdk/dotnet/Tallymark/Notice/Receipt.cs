// SPDX-License-Identifier: MIT
// The receipt: what this user was shown, when and where (spec/spool.md), and what it allows.

using System.Text;

namespace Tallymark.Notice;

static class Receipt
{
    const string FirstLine = "tallymark-receipt 1\n";
    const string ScopeKey = "scope ";
    const string DateKey = "date ";
    const int LongestHead = 256;
    const int ScopeIdLength = 64;
    const int LongestReceipt = 4 * 1024 * 1024;

    /// <summary>What the receipt on disk allows.</summary>
    internal static Agreement Check(ToolDefinition tool, StateFolder? state)
    {
        if (state is null)
            return new Agreement(NoticeState.NoHome);
        if (!state.IsOurs())
            return new Agreement(NoticeState.NotOurs);
        var path = PathOf(tool, state);
        Span<byte> head = stackalloc byte[LongestHead];
        var length = SmallFile.ReadStart(path, head);
        if (length < 0)
            return new Agreement(NoticeState.NotSeen);
        var text = Encoding.UTF8.GetString(head[..length]);
        if (!Begins(text, 0, FirstLine) || After(text, ScopeKey) is not { Length: ScopeIdLength } id)
            return new Agreement(NoticeState.NotSeen);
        var seen = After(text, DateKey);
        return Agreement.Of(tool, id, seen, id == tool.ScopeId ? "" : ScopeIn(path));
    }

    /// <summary>
    /// Shows the notice, with what is new first, and keeps the receipt. The receipt is written first, under another name:
    /// where it can't be kept the notice is not shown, since it would be shown again in every run. What was recorded for
    /// another recipient or address is removed, and with it the id: nobody agreed that this one gets it.
    /// </summary>
    internal static void Show(ToolDefinition tool, StateFolder state, DateTime now, Action<string> show)
    {
        var before = Check(tool, state);
        var path = PathOf(tool, state);
        var temporary = StateFolder.Temporary(path, Encoding.UTF8.GetBytes(Text(tool, now)));
        try
        {
            show(before.TextFor(tool));
            if (before.WasForAnother(tool))
                Wipe.Run(state, tool.Tool);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The address in the newest receipt of any channel; null where there is none.</summary>
    internal static string? EndpointIn(StateFolder state)
    {
        string? endpoint = null;
        var newest = DateTime.MinValue;
        var folder = state.In("receipts");
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            // Beside it may lie the one that is about to take its place, for another recipient.
            var written = File.GetLastWriteTimeUtc(path);
            if (path.EndsWith(StateFolder.TemporaryEnding, StringComparison.Ordinal) || written <= newest || ScopeText.Parse(ScopeIn(path)) is not { } scope)
                continue;
            (endpoint, newest) = (scope.Endpoint, written);
        }

        return endpoint;
    }

    // The rest of the first whole line that begins so; empty where there is none.
    static string After(string text, string key)
    {
        int end;
        for (var at = 0; (end = text.IndexOf('\n', at)) >= 0; at = end + 1)
        {
            if (Begins(text, at, key))
                return text[(at + key.Length)..end];
        }

        return "";
    }

    // Letter by letter: what compares texts would be made ready for this alone, in each short run.
    static bool Begins(string text, int at, string key)
    {
        if (at + key.Length > text.Length)
            return false;
        for (var i = 0; i < key.Length; i++)
        {
            if (text[at + i] != key[i])
                return false;
        }

        return true;
    }

    // The scope's text stands behind the first empty line.
    static string ScopeIn(string path)
    {
        if (new FileInfo(path).Length > LongestReceipt)
            return "";
        var text = File.ReadAllText(path);
        var blank = text.IndexOf("\n\n", StringComparison.Ordinal);
        return blank < 0 ? "" : text[(blank + 2)..];
    }

    static string Text(ToolDefinition tool, DateTime now)
    {
        var date = new LineBuffer(40);
        Values.Time(date, now, TimePrecision.Second);
        return FirstLine + "channel " + Channel(tool) + "\n" + DateKey + Encoding.ASCII.GetString(date.Written)
            + "\n" + ScopeKey + tool.ScopeId + "\n\n" + tool.Scope;
    }

    static string PathOf(ToolDefinition tool, StateFolder state) =>
        Path.Combine(state.In("receipts"), Channel(tool));

    static string Channel(ToolDefinition tool) => tool.Channel switch
    {
        NoticeChannel.Terminal => "terminal",
        NoticeChannel.Setup => "setup",
        NoticeChannel.Page => "page",
        _ => "documentation",
    };
}

/// <summary>What is known of the notice in this run. Only with <see cref="Agreed"/> and <see cref="Partly"/> anything is recorded.</summary>
enum NoticeState
{
    /// <summary>The user has seen a notice that covers all that is declared.</summary>
    Agreed,
    /// <summary>It was shown in this run, which therefore records nothing.</summary>
    ShownNow,
    /// <summary>It has not been seen yet.</summary>
    NotSeen,
    /// <summary>It was seen for a narrower scope; until it was seen again only what that one holds is recorded.</summary>
    Partly,
    /// <summary>It was seen for another recipient or address, or a shorter time of keeping: nothing is recorded.</summary>
    OtherScope,
    /// <summary>The user has no home folder where a receipt and an id could stay.</summary>
    NoHome,
    /// <summary>The home folder is somebody else's.</summary>
    NotOurs,
    /// <summary>Files could not be read or made there.</summary>
    Unusable,
}

static class NoticeReasons
{
    /// <summary>Why nothing, or not all, is recorded, as a sentence's end after "because".</summary>
    internal static string Text(NoticeState state, ToolDefinition tool) => state switch
    {
        NoticeState.Agreed => "the notice was seen",
        NoticeState.ShownNow => "the notice was shown in this run",
        NoticeState.NotSeen => "the notice was not seen yet: " + HowToSee(tool),
        NoticeState.Partly => "the notice was seen for a part of what is declared now: " + HowToSee(tool),
        NoticeState.OtherScope => "who receives it, or how long it is kept, has changed since the notice was seen: " + HowToSee(tool),
        NoticeState.NoHome => "this user has no home folder",
        NoticeState.NotOurs => "the home folder belongs to another user",
        _ => "nothing can be kept in the home folder",
    };

    static string HowToSee(ToolDefinition tool) => tool.Channel switch
    {
        NoticeChannel.Setup => "the set-up shows it, or `" + tool.Tool + " telemetry notice`",
        NoticeChannel.Page => "the tool's page shows it",
        NoticeChannel.Documentation => "it stands in the documentation, and counts as seen when the tool next runs",
        _ => "the next run on a terminal shows it",
    };
}
