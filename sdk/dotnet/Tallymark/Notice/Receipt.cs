// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Notice;

/// <summary>The receipt: what this user was shown, when and through which channel (spec/spool.md).</summary>
static class Receipt
{
    const string FirstLine = "tallymark-receipt 1\n";
    const string ScopeKey = "scope ";
    const string DateKey = "date ";
    const int MaxHeadBytes = 256;
    const int ScopeIdLength = 64;
    const int MaxReceiptBytes = 4 * 1024 * 1024;

    /// <summary>Reads the receipt and compares it with the current tool.</summary>
    internal static Agreement Check(ToolDefinition tool, StateFolder? state)
    {
        if (state is null)
            return new Agreement(NoticeState.NoHome);
        if (!state.IsOurs())
            return new Agreement(NoticeState.NotOurs);
        var path = PathOf(tool, state);
        Span<byte> head = stackalloc byte[MaxHeadBytes];
        var length = RawFile.ReadStart(path, head);
        if (length < 0)
            return new Agreement(NoticeState.NotSeen);
        var text = Encoding.UTF8.GetString(head[..length]);
        if (!StartsAt(text, 0, FirstLine) || After(text, ScopeKey) is not { Length: ScopeIdLength } id)
            return new Agreement(NoticeState.NotSeen);
        var seen = After(text, DateKey);
        return Agreement.For(tool, id, seen, id == tool.ScopeId ? "" : ScopeIn(path));
    }

    /// <summary>
    /// Shows the notice, with the additions first, and saves the receipt. The receipt is written first, under a
    /// temporary name: if it cannot be saved, the notice is not shown, because every run would show it again. Events
    /// recorded for another recipient or address are erased together with the id, because the user did not agree that
    /// the new recipient gets them.
    /// </summary>
    internal static void Show(ToolDefinition tool, StateFolder state, DateTime now, Action<string> show)
    {
        var before = Check(tool, state);
        var path = PathOf(tool, state);
        var temporary = StateFolder.Temporary(path, Encoding.UTF8.GetBytes(Text(tool, now)));
        try
        {
            show(before.TextFor(tool));
            if (before.WasForOtherRecipient(tool))
                UnsentData.Erase(state, tool.Tool);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The address in the newest receipt of any channel; null if there is none.</summary>
    internal static string? EndpointIn(StateFolder state)
    {
        string? endpoint = null;
        var newest = DateTime.MinValue;
        var folder = state.In("receipts");
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            // A temporary file may be the receipt that is about to replace it, for another recipient.
            var written = File.GetLastWriteTimeUtc(path);
            if (path.EndsWith(StateFolder.TemporaryEnding, StringComparison.Ordinal) || written <= newest
                || ScopeText.Parse(ScopeIn(path)) is not { } scope)
                continue;
            (endpoint, newest) = (scope.Endpoint, written);
        }

        return endpoint;
    }

    // The rest of the first complete line that starts with the key; empty if there is none.
    static string After(string text, string key)
    {
        int end;
        for (var at = 0; (end = text.IndexOf('\n', at)) >= 0; at = end + 1)
        {
            if (StartsAt(text, at, key))
                return text[(at + key.Length)..end];
        }

        return "";
    }

    // Compares by character: no other code of a short run uses the framework's comparison, which the JIT would have
    // to compile.
    static bool StartsAt(string text, int at, string key)
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

    // The scope text follows the first empty line.
    static string ScopeIn(string path)
    {
        if (new FileInfo(path).Length > MaxReceiptBytes)
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

/// <summary>
/// The state of the notice in this run. Events are recorded only in the states <see cref="Agreed"/> and
/// <see cref="Partly"/>.
/// </summary>
enum NoticeState
{
    /// <summary>The user has seen a notice that covers everything the manifest declares.</summary>
    Agreed,
    /// <summary>The notice was shown in this run, which therefore records nothing.</summary>
    ShownNow,
    /// <summary>The user has not seen the notice yet.</summary>
    NotSeen,
    /// <summary>
    /// The user has seen a notice with a narrower scope; until the new one is seen, only that scope is recorded.
    /// </summary>
    Partly,
    /// <summary>
    /// The user has seen a notice with another recipient, address or shorter retention: nothing is recorded.
    /// </summary>
    OtherScope,
    /// <summary>The user has no home folder for a receipt and an id.</summary>
    NoHome,
    /// <summary>The home folder belongs to another user.</summary>
    NotOurs,
    /// <summary>Files in the home folder cannot be read or written.</summary>
    Unusable,
}

/// <summary>The states of the notice, in words.</summary>
static class NoticeReasons
{
    /// <summary>Why nothing, or only a part, is recorded, as a clause.</summary>
    internal static string Text(NoticeState state, ToolDefinition tool) => state switch
    {
        NoticeState.Agreed => "the notice has been seen",
        NoticeState.ShownNow => "the notice was shown in this run",
        NoticeState.NotSeen => "the notice has not been seen yet; " + HowToSee(tool),
        NoticeState.Partly => "the notice you saw does not cover the rest; " + HowToSee(tool),
        NoticeState.OtherScope =>
            "the recipient, the endpoint or the retention period has changed since you saw the notice; "
            + HowToSee(tool),
        NoticeState.NoHome => "this user has no home folder",
        NoticeState.NotOurs => "the home folder belongs to another user",
        _ => "files in the home folder cannot be read or written",
    };

    static string HowToSee(ToolDefinition tool) => tool.Channel switch
    {
        NoticeChannel.Setup => "the setup program or `" + tool.Tool + " telemetry notice` shows the current notice",
        NoticeChannel.Page => "the tool's web page shows the current notice",
        NoticeChannel.Documentation => 
            "the current notice is in the documentation; it counts as seen from the next run",
        _ => "the next run in a terminal shows the current notice",
    };
}
