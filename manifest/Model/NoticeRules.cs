// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>Where the notice is shown and what it links to.</summary>
public sealed record NoticeRules
{
    /// <summary>
    /// Where the notice counts as seen: one channel or more, each once, in the file's order. One of them is enough.
    /// </summary>
    public required IReadOnlyList<NoticeChannel> Channels { get; init; }

    /// <summary>Where to read more: a URL or a path in the tool's repository.</summary>
    public required string More { get; init; }

    /// <summary>True if the notice is shown on that channel and on no other.</summary>
    internal bool IsOnlyOn(NoticeChannel channel) => Channels.Count == 1 && Channels[0] == channel;
}

/// <summary>Where the notice counts as seen.</summary>
public enum NoticeChannel
{
    /// <summary>Standard error, if it is a terminal. The default.</summary>
    Terminal,

    /// <summary>A bootstrap script that prints the notice and writes the receipt for the same user.</summary>
    Setup,

    /// <summary>A banner on a server's web page.</summary>
    Page,

    /// <summary>The documentation alone, for a library without a user interface; needs an approved review.</summary>
    Documentation,
}
