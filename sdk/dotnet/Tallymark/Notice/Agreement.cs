// SPDX-License-Identifier: MIT

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
            || now.MaxPerDay > agreed.MaxPerDay || agreed.Rotation > now.Rotation;
        var state = incompatible ? NoticeState.OtherScope
            : Addition.Find(agreed, now).Count == 0 ? NoticeState.Agreed : NoticeState.Partly;
        return new Agreement(state, scopeId, seen, agreed);
    }

    /// <summary>True if the user agreed to another recipient or another address.</summary>
    internal bool WasForOtherRecipient(ToolDefinition tool) =>
        Scope is not null && ScopeText.Parse(tool.Scope) is { } now
        && (Scope.Recipient != now.Recipient || Scope.Endpoint != now.Endpoint);

    /// <summary>The whole notice. If the user saw an earlier one, the additions come first.</summary>
    internal string TextFor(ToolDefinition tool) => TextFor(tool, tool.Notice);

    /// <summary>The same with another full text of the notice.</summary>
    internal string TextFor(ToolDefinition tool, string notice) =>
        FindAdditions(tool) is { Count: > 0 } added ? News(tool, added) + " The full notice:\n\n" + notice : notice;

    /// <summary>
    /// The notice where the whole one is a command away: if only data was added, a few lines with the additions and why
    /// they are collected; else <see cref="TextFor(ToolDefinition)"/>.
    /// </summary>
    internal string ShortTextFor(ToolDefinition tool) =>
        State == NoticeState.Partly && FindAdditions(tool) is { Count: > 0 } added
            ? News(tool, added) + "\n`" + tool.Prefix + " show` lists everything that is collected and why,\n`"
                + tool.Prefix + " notice` prints the whole notice,\n`" + tool.Prefix + " off` turns telemetry off.\n"
            : TextFor(tool);

    /// <summary>
    /// The additions of the current manifest to the agreed scope; empty if there are none or the user never agreed.
    /// </summary>
    internal List<Addition> FindAdditions(ToolDefinition tool) =>
        Scope is not null && ScopeText.Parse(tool.Scope) is { } now ? Addition.Find(Scope, now) : [];

    string News(ToolDefinition tool, List<Addition> added) =>
        "Telemetry for " + tool.Title + " has changed since the notice you saw on " + Day() + ". New:\n"
        + Addition.ToText(added, tool) + (State == NoticeState.Partly
            ? "Until now, only the data in that notice was recorded."
            : "Nothing has been recorded since the change.");

    string Day() => Seen.Length >= 10 ? Seen[..10] : Seen;
}
