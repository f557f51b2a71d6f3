// SPDX-License-Identifier: MIT
// What the recipient's side lets be recorded: its settings (spec/settings.md), and whether it can be reached at all (spec/spool.md).

using System.Globalization;

namespace Tallymark.Consent;

/// <summary>One look at the two files that the uploader leaves. Immutable.</summary>
/// <param name="settings">What the recipient asks to leave out.</param>
/// <param name="unreachableSince">Since when nobody has answered; null: the endpoint is not given up.</param>
sealed class RecipientSide(RemoteSettings settings, DateTime? unreachableSince)
{
    /// <summary>Nothing is known of it, so nothing is left out.</summary>
    internal static readonly RecipientSide Unknown = new(RemoteSettings.None, null);

    internal RemoteSettings Settings => settings;

    internal DateTime? UnreachableSince => unreachableSince;

    /// <summary>True if something may be recorded by this installation.</summary>
    internal bool Lets(Installation? installation) =>
        unreachableSince is null && !settings.StopsAll && !settings.Mute(installation);

    /// <summary>
    /// For a process that records: null where nothing is to be left out, which is nearly always. <paramref name="due"/> is the
    /// file of that name, which the process has read anyway.
    /// </summary>
    /// <exception cref="System.IO.IOException">A file can't be read.</exception>
    internal static RecipientSide? Look(StateFolder state, ToolDefinition tool, DueFile? due)
    {
        var settings = RemoteSettings.ForRecording(state, tool);
        return settings is null && due is not { Failures: > 0 } ? null : Make(settings ?? RemoteSettings.None, due);
    }

    /// <summary>For people: with all that is known about the settings.</summary>
    internal static RecipientSide LookClosely(StateFolder? state, ToolDefinition tool, DateTime now) =>
        state is null ? Unknown : Make(RemoteSettings.Read(state, tool), DueFile.Read(state.Due, now));

    /// <summary>Why nothing is recorded, as a sentence's end after "because"; null: something may be.</summary>
    internal string? Reason(Installation? installation) => UnreachableSince is { } since
        ? "the endpoint is unreachable since " + since.ToString("u", CultureInfo.InvariantCulture) + "; it is tried once a day"
        : Settings.Reason(installation);

    static RecipientSide Make(RemoteSettings settings, DueFile? due)
    {
        if (due is { Silence: { IsLong: true, Since: var since } })
            return new RecipientSide(settings, since);
        return settings.Fetched is null ? Unknown : new RecipientSide(settings, null);
    }
}
