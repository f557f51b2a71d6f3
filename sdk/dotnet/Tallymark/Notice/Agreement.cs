// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Notice;

/// <summary>
/// The scope that the user agreed to, compared with the current manifest: it covers all of it, a part or nothing.
/// Immutable.
/// </summary>
/// <param name="State">Whether anything may be recorded.</param>
/// <param name="ScopeId">The id of the agreed scope; empty if the user agreed to nothing.</param>
/// <param name="Seen">When the user saw the notice, from the receipt; empty if there is none.</param>
/// <param name="Scope">The agreed scope, if it differs from the current one.</param>
sealed record Agreement(NoticeState State, string ScopeId = "", string Seen = "", ScopeText? Scope = null)
{
    /// <summary>True if anything may be recorded.</summary>
    internal bool Allows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => State is NoticeState.Agreed or NoticeState.Partly;
    }

    /// <summary>True if the notice has to be shown, for the first time or again.</summary>
    internal bool NeedsNotice => State is NoticeState.NotSeen or NoticeState.OtherScope or NoticeState.Partly;

    /// <summary>Compares a receipt with the current tool.</summary>
    internal static Agreement For(ToolDefinition tool, string scopeId, string seen, string scope)
    {
        if (scopeId == tool.ScopeId)
            return new Agreement(NoticeState.Agreed, scopeId, seen);
        if (ScopeText.Parse(scope) is not { } agreed || ScopeText.Parse(tool.Scope) is not { } now)
            return new Agreement(NoticeState.OtherScope, Seen: seen);
        var incompatible = agreed.Recipient != now.Recipient || agreed.Endpoint != now.Endpoint
            || agreed.RetentionDays < now.RetentionDays || now.Minimum < agreed.Minimum
            || agreed.Rotation > now.Rotation;
        var state = incompatible ? NoticeState.OtherScope
            : Added(agreed, now).Count == 0 ? NoticeState.Agreed : NoticeState.Partly;
        return new Agreement(state, scopeId, seen, agreed);
    }

    /// <summary>True if the user agreed to another recipient or another address.</summary>
    internal bool WasForOtherRecipient(ToolDefinition tool) =>
        Scope is not null && ScopeText.Parse(tool.Scope) is { } now
        && (Scope.Recipient != now.Recipient || Scope.Endpoint != now.Endpoint);

    /// <summary>The notice to show. If the user saw an earlier one, the additions come first.</summary>
    internal string TextFor(ToolDefinition tool) => TextFor(tool, tool.Notice);

    /// <summary>The same with another full text of the notice.</summary>
    internal string TextFor(ToolDefinition tool, string notice)
    {
        if (Scope is null || ScopeText.Parse(tool.Scope) is not { } now
            || Added(Scope, now) is not { Count: > 0 } added)
            return notice;
        var text = new StringBuilder(
            "Telemetry for " + tool.Title + " has changed since the notice you saw on " + Day() + ". New:\n");
        foreach (var line in added)
            text.Append("- ").Append(line).Append('\n');
        text.Append(State == NoticeState.Partly
            ? "Until now, only the data in that notice was recorded."
            : "Nothing has been recorded since the change.");
        return text.Append(" The full notice:\n\n").Append(notice).ToString();
    }

    /// <summary>
    /// The additions of the current manifest to the agreed scope, one line each; empty if there are none or the user
    /// never agreed.
    /// </summary>
    internal List<string> Additions(ToolDefinition tool) =>
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
        if (now.Minimum < agreed.Minimum)
        {
            added.Add("published in rows of at least " + now.Minimum + " installations (was "
                + (agreed.Minimum == int.MaxValue ? "not published)" : agreed.Minimum + ")"));
        }

        if (agreed.Rotation > now.Rotation)
            added.Add("an installation keeps its id for longer");
        if (now.Time < agreed.Time)
            added.Add("time precision: " + Name(now.Time) + " (was " + Name(agreed.Time) + ")");
        foreach (var name in now.Events)
        {
            if (!agreed.HasEvent(name))
                added.Add("event " + name);
        }

        AddFields(added, agreed, now);
        return added;
    }

    // The same addition in several events is one line.
    static void AddFields(List<string> added, ScopeText agreed, ScopeText now)
    {
        var found = new List<(string Name, string Change, List<string> Events)>();
        foreach (var field in now.Fields)
        {
            if (Change(agreed.Field(field.Event, field.Name), field) is not { } change)
                continue;
            var same = found.Find(one => one.Name == field.Name && one.Change == change);
            if (same.Events is null)
                found.Add((field.Name, change, [field.Event]));
            else
                same.Events.Add(field.Event);
        }

        foreach (var (name, change, events) in found)
            added.Add("field " + name + " of " + string.Join(", ", events) + change);
    }

    // Null: the agreed field covers the current one.
    static string? Change(ScopeField? before, ScopeField now)
    {
        var kind = " (" + now.Kind + ")";
        if (before is null)
            return kind;
        if (now.Kind != before.Kind)
            return " (" + now.Kind + ", was " + before.Kind + ")";
        if (now.Published && !before.Published)
            return " (" + now.Kind + ", now published)";
        if (!now.IsWithin(before))
            return " (" + now.Kind + (now.Buckets is null ? ", no longer in buckets)" : ", with different buckets)");
        return now.Beyond(before) is { Count: > 0 } values ? kind + ": values " + string.Join(", ", values) : null;
    }

    static string Name(TimePrecision time) => time.ToString().ToLowerInvariant();
}
