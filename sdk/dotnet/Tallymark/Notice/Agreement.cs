// SPDX-License-Identifier: MIT
// What a receipt is worth for the manifest of now: all, a part, or nothing; and what a wider manifest adds, in words.

using System.Text;

namespace Tallymark.Notice;

/// <summary>What the user agreed to. Immutable.</summary>
/// <param name="State">Whether anything may be recorded.</param>
/// <param name="ScopeId">The id of the scope that was agreed to; empty where nothing was.</param>
/// <param name="Seen">When, as the receipt says; empty where there is none.</param>
/// <param name="Scope">What was agreed to, where that is not exactly the scope of now.</param>
sealed record Agreement(NoticeState State, string ScopeId = "", string Seen = "", ScopeText? Scope = null)
{
    /// <summary>True if something may be recorded.</summary>
    internal bool Allows => State is NoticeState.Agreed or NoticeState.Partly;

    /// <summary>True if the notice is to be shown, for the first time or again.</summary>
    internal bool Asks => State is NoticeState.NotSeen or NoticeState.OtherScope or NoticeState.Partly;

    /// <summary>Holds what a receipt says against the tool of now.</summary>
    internal static Agreement Of(ToolDefinition tool, string scopeId, string seen, string scope)
    {
        if (scopeId == tool.ScopeId)
            return new Agreement(NoticeState.Agreed, scopeId, seen);
        if (ScopeText.Parse(scope) is not { } agreed || ScopeText.Parse(tool.Scope) is not { } now)
            return new Agreement(NoticeState.OtherScope, Seen: seen);
        var other = agreed.Recipient != now.Recipient || agreed.Endpoint != now.Endpoint || agreed.RetentionDays < now.RetentionDays;
        var state = other ? NoticeState.OtherScope : Added(agreed, now).Count == 0 ? NoticeState.Agreed : NoticeState.Partly;
        return new Agreement(state, scopeId, seen, agreed);
    }

    /// <summary>True if what was agreed to was to be sent to somebody else, or elsewhere.</summary>
    internal bool WasForAnother(ToolDefinition tool) =>
        Scope is not null && ScopeText.Parse(tool.Scope) is { } now
        && (Scope.Recipient != now.Recipient || Scope.Endpoint != now.Endpoint);

    /// <summary>The notice as it is to be shown: where one was seen before, with what has come since first.</summary>
    internal string TextFor(ToolDefinition tool)
    {
        if (Scope is null || ScopeText.Parse(tool.Scope) is not { } now || Added(Scope, now) is not { Count: > 0 } added)
            return tool.Notice;
        var text = new StringBuilder("The telemetry of " + tool.Title + " covers more than the notice that you saw on " + Day() + ". New is:\n");
        foreach (var line in added)
            text.Append("- ").Append(line).Append('\n');
        text.Append(State == NoticeState.Partly ? "Until now only what you had seen was recorded." : "Nothing was recorded since that changed.");
        return text.Append(" The whole notice:\n\n").Append(tool.Notice).ToString();
    }

    /// <summary>What is new for this user, a line each; empty where nothing is, or nothing was ever agreed to.</summary>
    internal List<string> News(ToolDefinition tool) =>
        Scope is not null && ScopeText.Parse(tool.Scope) is { } now ? Added(Scope, now) : [];

    string Day() => Seen.Length >= 10 ? Seen[..10] : Seen;

    static List<string> Added(ScopeText agreed, ScopeText now)
    {
        var added = new List<string>();
        if (agreed.Recipient != now.Recipient)
            added.Add("recipient: " + now.Recipient + " (was " + agreed.Recipient + ")");
        if (agreed.Endpoint != now.Endpoint)
            added.Add("sent to: " + now.Endpoint + " (was " + agreed.Endpoint + ")");
        if (agreed.RetentionDays < now.RetentionDays)
            added.Add("kept for " + now.RetentionDays + " days (was " + agreed.RetentionDays + ")");
        if (now.Time < agreed.Time)
            added.Add("times to the " + Name(now.Time) + " (was " + Name(agreed.Time) + ")");
        foreach (var name in now.Events)
        {
            if (!agreed.HasEvent(name))
                added.Add("event " + name);
        }

        AddFields(added, agreed, now);
        return added;
    }

    // What is new in the same way in several events is one line.
    static void AddFields(List<string> added, ScopeText agreed, ScopeText now)
    {
        var found = new List<(string Name, string What, List<string> Events)>();
        foreach (var field in now.Fields)
        {
            if (New(agreed.Field(field.Event, field.Name), field) is not { } what)
                continue;
            var same = found.Find(one => one.Name == field.Name && one.What == what);
            if (same.Events is null)
                found.Add((field.Name, what, [field.Event]));
            else
                same.Events.Add(field.Event);
        }

        foreach (var (name, what, events) in found)
            added.Add("field " + name + " of " + string.Join(", ", events) + what);
    }

    static string? New(ScopeField? before, ScopeField now)
    {
        var kind = " (" + now.Kind + ")";
        if (before is null)
            return kind;
        if (!now.IsWithin(before))
            return kind + ", was " + before.Kind + (before.Buckets is null ? "" : " in other buckets");
        return now.Beyond(before) is { Count: > 0 } values ? kind + ": values " + string.Join(", ", values) : null;
    }

    static string Name(TimePrecision time) => time.ToString().ToLowerInvariant();
}
