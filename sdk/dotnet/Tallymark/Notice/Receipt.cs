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

    /// <summary>
    /// Reads the receipts of the tool's channels and compares them with the current tool. Of several, the one
    /// that covers most counts, and a refusal in any of them.
    /// </summary>
    /// <param name="tool">The tool, with its present recipient.</param>
    /// <param name="state">The recipient's folder; null: the user has no home.</param>
    /// <param name="choice">
    /// The saved choice, which may have lost a refusal that a receipt repeats; null: compares the notices only.
    /// </param>
    /// <exception cref="IOException">A receipt cannot be read, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">A receipt is another user's.</exception>
    internal static Agreement Check(ToolDefinition tool, StateFolder? state, Choice? choice)
    {
        if (state is null)
            return new Agreement(NoticeState.NoHome);
        if (!state.IsUsable(out var problem))
            return new Agreement(problem);
        Agreement? found = null;
        Span<byte> head = stackalloc byte[MaxHeadBytes];
        for (var channel = NoticeChannels.Terminal; channel <= NoticeChannels.Documentation; channel = Next(channel))
        {
            if ((tool.Channels & channel) == NoticeChannels.None)
                continue;
            var path = PathOf(state, channel);
            var length = RawFile.ReadStart(path, head);
            if (length < 0)
                continue;
            var text = Encoding.UTF8.GetString(head[..length]);
            if (!StartsAt(text, 0, FirstLine) || After(text, ScopeKey) is not { Length: ScopeIdLength } id)
                continue;
            var seen = After(text, DateKey);
            if (choice is not null && After(text, RefusalMark.Key) is { Length: > 0 } mark
                && RefusalMark.Forbids(mark, choice))
                return new Agreement(NoticeState.Refused, id, seen);
            var one = Agreement.For(tool, id, seen, id == tool.ScopeId ? "" : ScopeIn(path));
            found = found is null ? one : Better(found, one);
        }

        return found ?? new Agreement(NoticeState.NotSeen);
    }

    /// <summary>
    /// Shows the notice, with the additions first, and saves the receipt. The receipt is written first, under a
    /// temporary name: if it cannot be saved, the notice is not shown, because every run would show it again. Events
    /// recorded for another recipient or address are erased together with the id, because the user did not agree that
    /// the new recipient gets them. The receipts of the tool's other channels go: one agreement holds at a time, so an
    /// older tool can't take up an agreement with an earlier recipient again.
    /// </summary>
    internal static void Show(
        ToolDefinition tool, StateFolder state, NoticeChannels channel, DateTime now, Refusal refusal,
        Action<string> show)
    {
        var before = CheckForShow(tool, state);
        var path = PathOf(state, channel);
        var temporary = StateFolder.Temporary(path, Encoding.UTF8.GetBytes(Text(tool, channel, now, refusal)));
        try
        {
            show(before.ShortTextFor(tool));
            if (before.WasForOtherRecipient(tool))
                UnsentData.Erase(state, tool.Tool);
            DeleteOthers(tool.Channels & ~channel, state);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        StateFolder.Place(temporary, path, overwrite: true);
    }

    // A receipt that cannot be read is replaced by the one that is shown now.
    static Agreement CheckForShow(ToolDefinition tool, StateFolder state)
    {
        try
        {
            return Check(tool, state, choice: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("A receipt could not be read and is replaced.", e);
            return new Agreement(NoticeState.NotSeen);
        }
    }

    /// <summary>
    /// Removes all receipts: the last resort where a refusal cannot be saved. Nothing is recorded before the notice is
    /// shown again.
    /// </summary>
    internal static void Forget(StateFolder state)
    {
        var folder = state.In("receipts");
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
            File.Delete(path);
    }

    /// <summary>The address in the newest receipt of any channel; null if there is none.</summary>
    internal static string? EndpointIn(StateFolder state)
    {
        string? endpoint = null;
        var newest = DateTime.MinValue;
        var folder = state.In("receipts");
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            if (!Libc.IsOwnFile(path))
                continue;

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
    internal static string After(string text, string key)
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
        var text = RawFile.ReadAll(path, MaxReceiptBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        var blank = text.IndexOf("\n\n", StringComparison.Ordinal);
        return blank < 0 ? "" : text[(blank + 2)..];
    }

    static string Text(ToolDefinition tool, NoticeChannels channel, DateTime now, Refusal refusal)
    {
        var date = new LineBuffer(40);
        Values.Time(date, now, TimePrecision.Second);
        return FirstLine + "channel " + Name(channel) + "\n" + DateKey + Encoding.ASCII.GetString(date.Written)
            + "\n" + ScopeKey + tool.ScopeId + "\n" + RefusalMark.Line(refusal) + "\n" + tool.Scope;
    }

    static string PathOf(StateFolder state, NoticeChannels channel) =>
        Path.Combine(state.In("receipts"), Name(channel));

    static void DeleteOthers(NoticeChannels others, StateFolder state)
    {
        for (var channel = NoticeChannels.Terminal; channel <= NoticeChannels.Documentation; channel = Next(channel))
        {
            if ((others & channel) != NoticeChannels.None)
                File.Delete(PathOf(state, channel));
        }
    }

    static NoticeChannels Next(NoticeChannels channel) => (NoticeChannels)((int)channel << 1);

    // Only for a tool with several channels. Of two that cover the same, the later one is what the user remembers.
    static Agreement Better(Agreement one, Agreement other)
    {
        var (first, second) = (Rank(one.State), Rank(other.State));
        return second > first || (second == first && string.CompareOrdinal(other.Seen, one.Seen) > 0) ? other : one;

        static int Rank(NoticeState state) => state switch
        {
            NoticeState.Agreed => 2,
            NoticeState.Partly => 1,
            _ => 0,
        };
    }

    static string Name(NoticeChannels channel) => channel switch
    {
        NoticeChannels.Terminal => "terminal",
        NoticeChannels.Setup => "setup",
        NoticeChannels.Page => "page",
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
    /// <summary>
    /// The user has refused what a receipt was shown for, and the choice files that said it are gone: nothing is
    /// recorded.
    /// </summary>
    Refused,
    /// <summary>The user has no home folder for a receipt and an id.</summary>
    NoHome,
    /// <summary>The home folder belongs to another user.</summary>
    NotOurs,
    /// <summary>Other users may write in the state folder: what it says may not be what this user said.</summary>
    Shared,
    /// <summary>This user may not write in the state folder, so a refusal could not be saved there.</summary>
    ReadOnly,
    /// <summary>This process may not write files of a useful length.</summary>
    ShortFiles,
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
        NoticeState.Refused => "you have refused, and the saved choice that said so is gone; `" + tool.Prefix
            + " on` turns telemetry on",
        NoticeState.NoHome => "this user has no home folder",
        NoticeState.NotOurs => "the home folder belongs to another user",
        NoticeState.Shared => "other users may write in the state folder (`status` names it; chmod 700 corrects that)",
        NoticeState.ReadOnly => "the state folder is read-only (`status` names it), so a refusal could not be saved",
        NoticeState.ShortFiles => "this process may not write files of 16 MiB (`ulimit -f` shows the limit)",
        _ => "files in the home folder cannot be read or written",
    };

    static string HowToSee(ToolDefinition tool)
    {
        var ways = new List<string>();
        if ((tool.Channels & NoticeChannels.Setup) != NoticeChannels.None)
            ways.Add("the setup program or `" + tool.Prefix + " notice` shows the current notice");
        if ((tool.Channels & NoticeChannels.Page) != NoticeChannels.None)
            ways.Add("the tool's web page shows the current notice");
        if ((tool.Channels & NoticeChannels.Documentation) != NoticeChannels.None)
            ways.Add("the current notice is in the documentation; it counts as seen from the next run");
        if ((tool.Channels & NoticeChannels.Terminal) != NoticeChannels.None)
            ways.Add("the next run in a terminal shows the current notice");
        return string.Join(", or ", ways);
    }
}
