// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Tallymark.Consent;

/// <summary>
/// The recording that the recipient allows: its settings (spec/settings.md), and whether it can be reached at all
/// (spec/spool.md). One reading of the two files that the uploader writes. Immutable.
/// </summary>
/// <param name="settings">The events and fields that the recipient asks to leave out.</param>
/// <param name="unreachableSince">When the endpoint was given up; null: it was not.</param>
sealed class RecipientState(RemoteSettings settings, DateTime? unreachableSince)
{
    /// <summary>Nothing is known about the recipient, so nothing is left out.</summary>
    internal static readonly RecipientState Unknown = new(RemoteSettings.None, null);

    internal RemoteSettings Settings => settings;

    internal DateTime? UnreachableSince => unreachableSince;

    /// <summary>True if this installation may record anything.</summary>
    internal bool Allows(Installation? installation) =>
        unreachableSince is null && !settings.StopsAll && !settings.Excludes(installation);

    /// <summary>
    /// For a process that records: null if nothing is to be left out, which is the normal case.
    /// </summary>
    /// <param name="state">The state folder.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="due">The file of that name, which the process has read already.</param>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    internal static RecipientState? ForRecording(StateFolder state, ToolDefinition tool, DueFile? due)
    {
        var settings = RemoteSettings.ForRecording(state, tool);
        return settings is null && due is not { Failures: > 0 } ? null : Make(settings ?? RemoteSettings.None, due);
    }

    /// <summary>For people: with all that is known about the settings.</summary>
    internal static RecipientState Read(StateFolder? state, ToolDefinition tool, DateTime now) =>
        state is null ? Unknown : Make(RemoteSettings.Read(state, tool), DueFile.Read(state.Due, now));

    /// <summary>Why nothing is recorded, as a clause; null: something may be.</summary>
    internal string? Reason(Installation? installation) => UnreachableSince is { } since
        ? "the endpoint has been unreachable since " + since.ToString("u", CultureInfo.InvariantCulture)
            + "; it is tried once a day"
        : Settings.Reason(installation);

    static RecipientState Make(RemoteSettings settings, DueFile? due)
    {
        if (due is { Silence: { IsLong: true, Since: var since } })
            return new RecipientState(settings, since);
        return settings.Fetched is null ? Unknown : new RecipientState(settings, null);
    }
}
